import pytest

from ..cases import Case, check
from ..workloads import manifest, workload

AFFINITY = "Deployment/web /spec/template/spec/affinity"
OWN = {"labelSelector": {"matchLabels": {"app.kubernetes.io/name": "web"}}, "topologyKey": "kubernetes.io/hostname"}
OTHER = {"labelSelector": {"matchLabels": {"app.kubernetes.io/name": "async"}}, "topologyKey": "kubernetes.io/hostname"}
REQUIRED, PREFERRED = (f"{kind}DuringSchedulingIgnoredDuringExecution" for kind in ("required", "preferred"))


def given(replicas: int, **pod: object) -> str:
    return workload(spec={"replicas": replicas}, pod=pod)


def anti(**terms: object) -> dict:
    return {"podAntiAffinity": terms}


CASES = [
    Case("one", given(1)),
    Case("not said", workload()),
    Case("required", given(2, affinity=anti(**{REQUIRED: [OWN]}))),
    Case("preferred", given(2, affinity=anti(**{PREFERRED: [{"weight": 1, "podAffinityTerm": OWN}]}))),
    Case("spread", given(2, topologySpreadConstraints=[OWN])),
    Case(
        "by an expression",
        given(
            2,
            topologySpreadConstraints=[
                {
                    "labelSelector": {
                        "matchExpressions": [{"key": "app.kubernetes.io/name", "operator": "In", "values": ["web"]}]
                    }
                }
            ],
        ),
    ),
    Case("a database", manifest("Cluster", "database", spec={"instances": 3})),
    Case("nothing", given(2), [f"{AFFINITY} # nothing keeps the 2 replicas"]),
    Case("another's labels", given(3, affinity=anti(**{REQUIRED: [OTHER]})), [AFFINITY]),
    Case("together", given(2, affinity={"podAffinity": {REQUIRED: [OWN]}}), [AFFINITY]),
    Case(
        "a StatefulSet",
        workload("StatefulSet", "valkey", spec={"replicas": 2}),
        ["StatefulSet/valkey /spec/template/spec/affinity"],
    ),
    Case(
        "a database on one node",
        manifest("Cluster", "database", spec={"instances": 3, "affinity": {"enablePodAntiAffinity": False}}),
        ["Cluster/database /spec/affinity/enablePodAntiAffinity # 3 instances"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("spread", case)
