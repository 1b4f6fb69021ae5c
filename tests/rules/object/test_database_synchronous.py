import pytest

from ..cases import Case, check


def _cluster(instances: int, more: str) -> str:
    return f"kind: Cluster\nmetadata: {{name: database}}\nspec: {{instances: {instances}, {more}}}\n"


def _any(number: int, more: str = "") -> str:
    return f"postgresql: {{synchronous: {{method: any, number: {number}{more}}}}}"


NUMBER = "Cluster/database /spec/postgresql/synchronous/number # "
CASES = [
    Case("asynchronous", _cluster(1, "storage: {}")),
    Case("one of two", _cluster(2, _any(1))),
    Case("one instance", _cluster(1, _any(1)), [f"{NUMBER}1 of 1 instances of database shall be replicas"]),
    Case("two of two", _cluster(2, _any(2, ", dataDurability: preferred")), [f"{NUMBER}2 of 2 instances"]),
    Case("a replica elsewhere", _cluster(1, _any(1, ", standbyNamesPost: [other]"))),
    Case("the older way", _cluster(2, "maxSyncReplicas: 1")),
    Case(
        "the older way, too many",
        _cluster(2, "maxSyncReplicas: 2"),
        ["Cluster/database /spec/maxSyncReplicas # 2 of 2"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("database-synchronous", case)
