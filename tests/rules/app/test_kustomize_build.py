import pytest

from ..cases import Case, check

CASES = [
    Case("built", {"error": ""}),
    Case("not built", {"error": "no matches\nfor Id"}, ["kustomization.yaml:1 # no matches for Id"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("kustomize-build", case)
