import pytest

from .cases import Case, check


def _service(spec: str, api_version: str = "v1") -> str:
    return f"apiVersion: {api_version}\nkind: Service\nmetadata: {{name: web}}\nspec: {spec}\n"


def _sealed(spec: str) -> str:
    return f"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: app}}\nspec: {spec}\n"


AT = "Service/web /spec"
CASES = [
    Case("good", _service("{ports: [{port: 80, targetPort: http}], selector: {a: b}}")),
    Case("a port by name and by number", _service("{ports: [{port: 80, targetPort: 8000}]}")),
    Case("unknown field", _service("{ports: [{port: 80}], selectors: {a: b}}"), [f"{AT} # selectors"]),
    Case("wrong type", _service("{ports: [{port: http}]}"), [f"{AT}/ports/0/port # http"]),
    Case("missing field", _service("{ports: [{name: http}]}"), [f"{AT}/ports/0 # port"]),
    Case("a number where text belongs", _service("{selector: {a: 1}}"), [f"{AT}/selector/a # 1"]),
    Case("a list where a mapping belongs", _service("[]"), [f"{AT} # []"]),
    Case("another kind is object-set's", _service("{nonsense: 1}", "example.com/v1")),
    Case("custom", _sealed("{encryptedData: {KEY: AgBz}}")),
    Case(
        "unknown field of a custom one",
        _sealed("{encryptedDate: {}}"),
        ["SealedSecret/app /spec # encryptedDate", "SealedSecret/app /spec # encryptedData"],
    ),
    Case(
        "a path in the kind",
        "apiVersion: ../../x/v1\nkind: ../crds/sealedsecret\nmetadata: {name: a}\nspec: 1\n",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("schema", case)
