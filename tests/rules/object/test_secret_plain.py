import pytest

from ..cases import Case, check

CASES = [
    Case("sealed", "kind: SealedSecret\nmetadata: {name: app}\nspec: {encryptedData: {A: Ag}}\n"),
    Case("a ConfigMap", "kind: ConfigMap\nmetadata: {name: app}\ndata: {A: x}\n"),
    Case(
        "plain", "kind: Secret\nmetadata: {name: app}\nstringData: {A: x}\n", ["Secret/app /kind # Secret app can be"]
    ),
    Case(
        "generated",
        "kind: Secret\nmetadata: {name: app-t92gc66kcc}\n",
        ["Secret/app-t92gc66kcc /kind # Secret app can"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("secret-plain", case)
