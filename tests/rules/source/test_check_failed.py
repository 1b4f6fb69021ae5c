import pytest

from ..cases import Case, check

CASES = [
    Case("nothing failed", {"failure": ""}),
    Case("a rule", {"failure": "the rule x ended with KeyError: 1"}, ["kustomization.yaml:1 # the rule x"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("check-failed", case)
