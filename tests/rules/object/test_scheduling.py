import pytest

from ..cases import Case, check
from ..workloads import workload

SPEC = "Deployment/web /spec/template/spec"


def by(zone: str, **pod: object) -> dict[str, str]:
    """Return an app whose customer ("") or platform ("platform/") writes these fields."""
    text = "apiVersion: apps/v1\n" + workload(pod=pod)
    return {f"{zone}web.yaml": text, "rendered": text}


DEAD = {"key": "node.kubernetes.io/unreachable", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 30}
FOR_EVER = {"key": "node.kubernetes.io/unreachable", "operator": "Exists"}

CASES = [
    Case("nothing", workload()),
    Case("the platform's node", by("platform/", nodeSelector={"disk": "ssd"}, tolerations=[{"key": "ssd"}])),
    Case("the platform's priority", by("platform/", priorityClassName="low")),
    Case("empty", by("", tolerations=[], nodeSelector={})),
    Case("pods apart", by("", affinity={"podAntiAffinity": {"x": []}})),
    Case(
        "the customer's node", by("", nodeSelector={"disk": "ssd"}), [f"{SPEC}/nodeSelector # chooses its nodeSelector"]
    ),
    Case("tolerations", by("", tolerations=[{"operator": "Exists"}]), [f"{SPEC}/tolerations"]),
    Case("how long on a dead node, base's in a pod that the customer patches", by("", tolerations=[DEAD])),
    Case("on a dead node for ever", by("", tolerations=[FOR_EVER]), [f"{SPEC}/tolerations"]),
    Case("that and another", by("", tolerations=[DEAD, {"operator": "Exists"}]), [f"{SPEC}/tolerations"]),
    Case("not a list", by("", tolerations="all"), [f"{SPEC}/tolerations"]),
    Case("priority", by("", priorityClassName="high"), [f"{SPEC}/priorityClassName"]),
    Case("runtime", by("", runtimeClassName="kata"), [f"{SPEC}/runtimeClassName"]),
    Case("affinity", by("", affinity={"nodeAffinity": {"x": []}}), [f"{SPEC}/affinity/nodeAffinity"]),
    Case("a node, whoever says so", by("platform/", nodeName="node1"), [f"{SPEC}/nodeName # past the scheduler"]),
    Case(
        "the system's priority, whoever says so",
        by("platform/", priorityClassName="system-cluster-critical"),
        [f"{SPEC}/priorityClassName # cluster's own pods"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("scheduling", case)
