import pytest

from ..cases import Case, check


def _cluster(spec: str) -> str:
    return f"kind: Cluster\nmetadata: {{name: database}}\nspec: {spec}\n"


CASES = [
    Case("two instances", _cluster("{instances: 2}")),
    Case("one instance without budget", _cluster("{instances: 1, enablePDB: false}")),
    Case("one instance", _cluster("{instances: 1}"), ["Cluster/database /spec/instances # only instance of database"]),
    Case("the default is one", _cluster("{storage: {}}"), ["Cluster/database /spec/instances # only instance"]),
    Case(
        "with budget", _cluster("{instances: 1, enablePDB: true}"), ["Cluster/database /spec/instances # only instance"]
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("database-drain", case)
