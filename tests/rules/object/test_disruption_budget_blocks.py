import pytest

from ..cases import Case, check
from ..workloads import manifest, several, workload

BUDGET = "PodDisruptionBudget/web /spec"


def given(replicas: int = 2, name: str = "web", **spec: object) -> str:
    selector = {"matchLabels": {"app.kubernetes.io/name": name}}
    spec = {"selector": selector, "unhealthyPodEvictionPolicy": "AlwaysAllow", **spec}
    return several(workload(spec={"replicas": replicas}), manifest("PodDisruptionBudget", "web", spec=spec))


CASES = [
    Case("one may go", given(maxUnavailable=1)),
    Case("one of one may go", given(1, maxUnavailable=1)),
    Case("one must stay", given(2, minAvailable=1)),
    Case("half must stay", given(2, minAvailable="50%")),
    Case("scaled to nothing", given(0, minAvailable=1)),
    Case("another's", given(1, "async", minAvailable=1)),
    Case("none may go", given(maxUnavailable=0), [f"{BUDGET}/maxUnavailable # maxUnavailable 0 never"]),
    Case("none in percent", given(maxUnavailable="0%"), [f"{BUDGET}/maxUnavailable"]),
    Case("all must stay", given(2, minAvailable=2), [f"{BUDGET}/minAvailable # minAvailable 2 of 2 web"]),
    Case("more than there are", given(1, minAvailable=3), [f"{BUDGET}/minAvailable"]),
    Case("rounded up to all", given(2, minAvailable="51%"), [f"{BUDGET}/minAvailable"]),
    Case("says nothing", given(), [f"{BUDGET} # doesn't say how many"]),
    Case(
        "broken pods stay",
        given(maxUnavailable=1, unhealthyPodEvictionPolicy="IfHealthyBudget"),
        [f"{BUDGET}/unhealthyPodEvictionPolicy"],
    ),
    Case(
        "broken pods stay by default",
        given(maxUnavailable=1, unhealthyPodEvictionPolicy=None),
        [f"{BUDGET}/unhealthyPodEvictionPolicy # pods that don't work"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("disruption-budget-blocks", case)
