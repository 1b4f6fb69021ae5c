import pytest

from ..cases import Case, check
from ..workloads import manifest, several, workload


def budget(name: str) -> str:
    selector = {"matchLabels": {"app.kubernetes.io/name": name}}
    return manifest("PodDisruptionBudget", name, spec={"maxUnavailable": 1, "selector": selector})


TWO = {"spec": {"replicas": 2}}
CASES = [
    Case("one", workload()),
    Case("two with a budget", several(workload(**TWO), budget("web"))),
    Case("a budget for all", several(workload(**TWO), manifest("PodDisruptionBudget", "all", spec={"selector": {}}))),
    Case("two without", workload(**TWO), ["Deployment/web /spec/replicas # all 2 replicas"]),
    Case("another's budget", several(workload(**TWO), budget("async")), ["Deployment/web /spec/replicas"]),
    Case(
        "a budget for nothing",
        several(workload(**TWO), manifest("PodDisruptionBudget", "none", spec={})),
        ["Deployment/web /spec/replicas"],
    ),
    Case("a StatefulSet", workload("StatefulSet", "valkey", **TWO), ["StatefulSet/valkey /spec/replicas"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("disruption-budget", case)
