import pytest

from ..cases import Case, check, problems


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

EXTERNAL = "namespace: example-app\ncomponents:\n  - ../../../../components/postgres/external\n"


@pytest.mark.parametrize(
    ("files", "ends"),
    [
        ({}, "KEY=password GENERATE=1"),
        ({"platform/kustomization.yaml": EXTERNAL}, "KEY=password"),
    ],
    ids=["made with the app", "elsewhere"],
)
def test_a_password_is_made_up_only_where_the_database_is_made(files: dict, ends: str) -> None:
    (problem,) = problems("not-sealed-yet", {**files, "rendered": _sealed("{password: EDIT}")})
    assert problem.hint == f"make seal CUSTOMER=example APP=app CERT=cluster.pem SECRET=database-app {ends}"


def test_the_key_is_named() -> None:
    (problem,) = problems("not-sealed-yet", _sealed("{access-key: EDIT}").replace("database-app", "backup"))
    assert problem.hint.endswith("SECRET=backup KEY=access-key")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("not-sealed-yet", case)
