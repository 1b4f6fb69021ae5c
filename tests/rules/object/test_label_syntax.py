import pytest

from ..cases import Case, check


def _labels(labels: str, annotations: str = "{}") -> str:
    return f"kind: ConfigMap\nmetadata: {{name: app, labels: {labels}, annotations: {annotations}}}\n"


AT = "ConfigMap/app /metadata/labels"
CASES = [
    Case("plain", _labels("{app.kubernetes.io/name: web, tier: web_1.x, empty: ''}")),
    Case("63 characters", _labels(f"{{a: {'x' * 63}}}")),
    Case("annotation with any text", _labels("{}", "{note: 'Größe: 5 €', example.com/Owner: a b}")),
    Case("64 characters", _labels(f"{{a: {'x' * 64}}}"), [f"{AT}/a # 64 characters"]),
    Case("space", _labels("{team: web shop}"), [f"{AT}/team # 'web shop' of label team"]),
    Case("hyphen last", _labels("{team: web-}"), [f"{AT}/team # both ends"]),
    Case("number", _labels("{version: 2}"), [f"{AT}/version # isn't a text"]),
    Case("key with a space", _labels("{a b: c}"), [f"{AT}/a b # the label 'a b'"]),
    Case("two prefixes", _labels("{a/b/c: d}"), [f"{AT}/a~1b~1c # the prefix 'a/b'"]),
    Case("prefix in capitals", _labels("{Example.com/a: d}"), [f"{AT}/Example.com~1a # the prefix"]),
    Case("empty name", _labels("{example.com/: d}"), [f"{AT}/example.com~1 # is empty"]),
    Case("annotation key", _labels("{}", "{a b: c}"), ["ConfigMap/app /metadata/annotations/a b # annotation"]),
    Case("annotation number", _labels("{}", "{wave: 2}"), ["ConfigMap/app /metadata/annotations/wave # isn't a text"]),
    Case("too much", _labels("{}", f"{{a: {'x' * 262144}}}"), ["ConfigMap/app /metadata/annotations # 262145 bytes"]),
    Case(
        "pods and selector",
        "kind: Deployment\nmetadata: {name: web}\n"
        "spec: {selector: {matchLabels: {a: b c}}, template: {metadata: {labels: {a: b c}}}}\n",
        ["Deployment/web /spec/template/metadata/labels/a", "Deployment/web /spec/selector/matchLabels/a"],
    ),
    Case(
        "service selector",
        "kind: Service\nmetadata: {name: web}\nspec: {selector: {a: b c}}\n",
        ["Service/web /spec/selector/a # 'b c'"],
    ),
    Case("labels that are no mapping", "kind: Service\nmetadata: {name: web, labels: [a]}\nspec: {selector: a}\n"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("label-syntax", case)
