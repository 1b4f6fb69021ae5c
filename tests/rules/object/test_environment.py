import pytest

from ..cases import Case, check


def _web(env: str, env_from: str = "[]") -> str:
    container = f"{{name: web, env: {env}, envFrom: {env_from}}}"
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: [{container}]}}}}}}\n"


MAP = "---\nkind: ConfigMap\nmetadata: {name: app-config}\ndata: {NAME: x}\n"
SEALED = (
    "---\nkind: SealedSecret\nmetadata: {name: app}\nspec: {encryptedData: {TOKEN: Ag}, template: {data: {URL: x}}}\n"
)
AT = "Deployment/web /spec/template/spec/containers/0/env"
CASES = [
    Case("plain", _web("[{name: A, value: x}, {name: B, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]")),
    Case("names with dots and hyphens", _web("[{name: my.setting-1, value: x}]")),
    Case("made of earlier ones", _web("[{name: A, value: x}, {name: B, value: $(A)/$(A)}]")),
    Case("escaped", _web("[{name: A, value: $$(B) $5 $(( 1 + 1 )) $(date +%s)}]")),
    Case(
        "made of maps and secrets",
        _web(
            "[{name: A, value: $(P_NAME) $(TOKEN) $(URL)}]",
            "[{prefix: P_, configMapRef: {name: app-config}}, {secretRef: {name: app}}]",
        )
        + MAP
        + SEALED,
    ),
    Case("a map that isn't rendered may hold it", _web("[{name: A, value: $(B)}]", "[{configMapRef: {name: other}}]")),
    Case(
        "an empty value beside valueFrom",
        _web("[{name: A, value: '', valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"),
    ),
    Case(
        "different values", _web("[{name: A, value: x}, {name: A, value: y}]"), [f"{AT}/1/name # A is set twice, with"]
    ),
    Case("same value", _web("[{name: A, value: x}, {name: A, value: x}]"), [f"{AT}/1/name # A is set twice"]),
    Case("digit first", _web("[{name: 1A, value: x}]"), [f"{AT}/0/name # '1A' may only"]),
    Case("a space", _web("[{name: A B, value: x}]"), [f"{AT}/0/name # 'A B' may only"]),
    Case("an equals sign", _web("[{name: A=x}]"), [f"{AT}/0/name # 'A=x' may only"]),
    Case("no name", _web("[{value: x}]"), [f"{AT}/0/name # isn't a text"]),
    Case("no mapping", _web("[A=x]"), [f"{AT}/0/name # isn't a text"]),
    Case(
        "both",
        _web("[{name: A, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]"),
        [f"{AT}/0 # both value and valueFrom"],
    ),
    Case("too late", _web("[{name: B, value: $(A)}, {name: A, value: x}]"), [f"{AT}/0/value # $(A), which isn't set"]),
    Case(
        "a slip",
        _web("[{name: A, value: $(NAMES)}]", "[{configMapRef: {name: app-config}}]") + MAP,
        [f"{AT}/0/value # $(NAMES)"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("environment", case)
