import pytest

from ..cases import Case, check

WIDE = "{sealedsecrets.bitnami.com/%s-wide: '%s'}"


def _sealed(metadata: str, template: str = "{}") -> str:
    spec = f"{{encryptedData: {{KEY: AgBx}}, template: {{metadata: {template}}}}}"
    return f"kind: SealedSecret\nmetadata: {metadata}\nspec: {spec}\n"


def _platform(metadata: str, template: str = "{}") -> dict[str, str]:
    return {"platform/database-secret.yaml": _sealed(metadata, template)}


def _customer(metadata: str, template: str = "{}") -> dict[str, str]:
    return {"app-secret.yaml": _sealed(metadata, template)}


AT = "platform/database-secret.yaml"
CASES = [
    Case("no namespace", _platform("{name: database-app}")),
    Case("the app's namespace", _platform("{name: a, namespace: example-app}", "{name: a, namespace: example-app}")),
    Case("strict, said so", _customer("{name: app, annotations: " + WIDE % ("cluster", "false") + "}")),
    Case("another kind", {"platform/a.yaml": "kind: Service\nmetadata: {name: a, namespace: other}\n"}),
    Case(
        "another namespace", _platform("{name: a, namespace: example-shop}"), [f"{AT}:2 # for namespace example-shop"]
    ),
    Case("no text", _platform("{name: a, namespace: [1]}"), [f"{AT}:2 # for namespace"]),
    Case(
        "in the template", _platform("{name: a}", "{namespace: example-shop}"), [f"{AT}:3 # for namespace example-shop"]
    ),
    Case("another name", _platform("{name: a}", "{name: b}"), [f"{AT}:3 # would be named b"]),
    Case(
        "cluster-wide",
        _platform("{name: a, annotations: " + WIDE % ("cluster", "true") + "}"),
        [f"{AT}:2 # cluster-wide"],
    ),
    Case(
        "a customer's, namespace-wide",
        _customer("{name: app, annotations: " + WIDE % ("namespace", "true") + "}"),
        ["app-secret.yaml:2 # namespace-wide"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("sealed-scope", case)
