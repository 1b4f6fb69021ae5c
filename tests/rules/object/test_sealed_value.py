import pytest

from ..cases import Case, check

GOOD = "AgBzx9MdLa7HzNnKD5iQ5P=="


def _sealed(data: str, type_: str = "Opaque") -> str:
    spec = f"{{encryptedData: {data}, template: {{type: {type_}, data: {{host: x}}}}}}"
    return f"kind: SealedSecret\nmetadata: {{name: app}}\nspec: {spec}\n"


AT = "SealedSecret/app /spec/encryptedData"
TYPE = "SealedSecret/app /spec/template/type"
CASES = [
    Case("sealed", _sealed(f"{{KEY: {GOOD}, signing.pem: {GOOD}}}")),
    Case("no padding", _sealed("{KEY: AgBzx9MdLa7HzNnKD5iQ5P}")),
    Case("registry", _sealed(f"{{.dockerconfigjson: {GOOD}}}", "kubernetes.io/dockerconfigjson")),
    Case("certificate", _sealed(f"{{tls.crt: {GOOD}, tls.key: {GOOD}}}", "kubernetes.io/tls")),
    Case("the template's is another rule's", _sealed("{password: EDIT}")),
    Case("almost the template's", _sealed("{password: 'EDIT: x'}"), [f"{AT}/password # isn't what kubeseal writes"]),
    Case("empty", _sealed("{password: ''}"), [f"{AT}/password # isn't sealed yet"]),
    Case("null", _sealed("{password: null}"), [f"{AT}/password # isn't sealed yet"]),
    Case("plain", _sealed("{password: hunter2}"), [f"{AT}/password # isn't what kubeseal writes"]),
    Case("plain base64", _sealed("{password: aHVudGVyMg==}"), [f"{AT}/password # isn't what kubeseal writes"]),
    Case("with a line break", _sealed('{password: "AgBz\\nx9Md"}'), [f"{AT}/password # isn't what kubeseal writes"]),
    Case("cut off", _sealed("{KEY: AgBzx9MdL}"), [f"{AT}/KEY # cut off"]),
    Case("none", _sealed("{}"), [f"{AT} # nothing is sealed"]),
    Case("key", _sealed(f"{{'my key': {GOOD}}}"), [f"{AT}/my key # 'my key' may only"]),
    Case(
        "registry by another key",
        _sealed(f"{{config.json: {GOOD}}}", "kubernetes.io/dockerconfigjson"),
        [f"{TYPE} # no key .dockerconfigjson"],
    ),
    Case("half a certificate", _sealed(f"{{tls.crt: {GOOD}}}", "kubernetes.io/tls"), [f"{TYPE} # no key tls.key"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("sealed-value", case)
