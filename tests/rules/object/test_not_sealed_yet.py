import pytest

from ..cases import Case, check


def _sealed(data: str) -> str:
    return f"kind: SealedSecret\nmetadata: {{name: database-app}}\nspec: {{encryptedData: {data}}}\n"


AT = "SealedSecret/database-app /spec/encryptedData"
CASES = [
    Case("sealed", _sealed("{password: AgBzx9MdLa7HzNnKD5iQ5P==}")),
    Case("the template's", _sealed("{password: EDIT}"), [f"{AT}/password # isn't sealed yet"]),
    Case("one of two", _sealed("{a: AgBzx9MdLa7HzNnKD5iQ5P==, b: EDIT}"), [f"{AT}/b # b isn't sealed yet"]),
    Case("wrong values are another rule's", _sealed("{a: hunter2, b: [EDIT], c: null}")),
    Case("nothing", _sealed("[]")),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("not-sealed-yet", case)
