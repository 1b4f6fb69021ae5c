import pytest

from ..cases import Case, check


def _object(kind: str, name: str, namespace: str = "") -> str:
    inside = f", namespace: {namespace}" if namespace else ""
    return f"kind: {kind}\nmetadata: {{name: {name}{inside}}}\n"


CASES = [
    Case("plain", _object("Deployment", "web", "example-app")),
    Case("dots are right for most kinds", _object("ConfigMap", "settings.v2")),
    Case("a digit first is right for most kinds", _object("Secret", "2fa")),
    Case("roles may have colons and capitals", _object("Role", '"system:App"')),
    Case("63 characters", _object("Service", "a" * 63)),
    Case("253 characters", _object("ConfigMap", "a" * 253)),
    Case("a Job of 63", _object("Job", "a" * 63)),
    Case("capitals", _object("ConfigMap", "Web"), ["ConfigMap/Web /metadata/name # may only have"]),
    Case("underscore", _object("Secret", "my_secret"), ["Secret/my_secret /metadata/name # may only have"]),
    Case("hyphen last", _object("Secret", "web-"), ["Secret/web- /metadata/name"]),
    Case("dot last", _object("Secret", "web."), ["Secret/web. /metadata/name"]),
    Case("number", _object("Secret", "12"), ["Secret/12 /metadata/name # isn't a text"]),
    Case("missing", "kind: Secret\nmetadata: {}\n", ["Secret/ /metadata/name # isn't a text"]),
    Case("a dot in a Service", _object("Service", "web.v2"), ["Service/web.v2 /metadata/name"]),
    Case("a Service with a digit first", _object("Service", "2web"), ["Service/2web /metadata/name # a letter first"]),
    Case("a dot in a StatefulSet", _object("StatefulSet", "db.v2"), ["StatefulSet/db.v2 /metadata/name"]),
    Case("a Service of 64", _object("Service", "a" * 64), ["Service/" + "a" * 64 + " /metadata/name # 64 characters"]),
    Case("a Job of 64", _object("Job", "a" * 64), ["Job/" + "a" * 64 + " /metadata/name # 63 are allowed"]),
    Case("a CronJob of 53", _object("CronJob", "a" * 53), ["CronJob/" + "a" * 53 + " /metadata/name # 52 are"]),
    Case("254 characters", _object("Secret", "a" * 254), ["Secret/" + "a" * 254 + " /metadata/name # 253 are"]),
    Case("a dot in a Namespace", _object("Namespace", "a.b"), ["Namespace/a.b /metadata/name"]),
    Case("namespace", _object("Secret", "app", "Example_App"), ["Secret/app /metadata/namespace # 'Example_App'"]),
    Case("a line break last", 'kind: Secret\nmetadata: {name: "web\\n"}\n', ["Secret/web\n /metadata/name # may only"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("object-name", case)
