import pytest

from ..cases import Case, check


def _secret(host: str, name: str = "app", port: str = "5432") -> str:
    data = f"{{host: '{host}', dbname: {name}, port: '{port}'}}"
    return f"kind: SealedSecret\nmetadata: {{name: database-app}}\nspec: {{template: {{data: {data}}}}}\n"


A, B = "overlays/customers/a/b/kustomization.yaml:1", "overlays/customers/c/d/kustomization.yaml:1"
CASES = [
    Case("each its own", {"a/b": _secret("db.example.com", "b"), "c/d": _secret("db.example.com", "d")}),
    Case("one name on two servers", {"a/b": _secret("db1.example.com"), "c/d": _secret("db2.example.com")}),
    Case("two servers on one host", {"a/b": _secret("db.example.com"), "c/d": _secret("db.example.com", port="5433")}),
    Case("inside the namespace", {"a/b": _secret("database-rw"), "c/d": _secret("database-rw")}),
    Case("none", {"a/b": "kind: Cluster\nmetadata: {name: database}\n", "c/d": _secret("db.example.com")}),
    Case(
        "same",
        {"a/b": _secret("db.example.com"), "c/d": _secret("DB.example.com.")},
        [f"{A} # app at db", f"{B} # a/b"],
    ),
    Case(
        "by address", {"a/b": _secret("2001:db8::5"), "c/d": _secret("2001:db8::5")}, [f"{A} # c/d", f"{B} # a/b, too"]
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("database-duplicate", case)
