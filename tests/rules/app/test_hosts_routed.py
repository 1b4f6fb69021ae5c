import pytest

from ..cases import Case, check

A, B = "a.example.com", "b.example.com"


def _config(hosts: str) -> str:
    return f"---\nkind: ConfigMap\nmetadata: {{name: app-config-t92gc66kcc}}\ndata: {{HOSTS: '{hosts}'}}\n"


def _route(*hosts: str) -> str:
    return f"---\nkind: HTTPRoute\nmetadata: {{name: web}}\nspec: {{hostnames: [{', '.join(hosts)}]}}\n"


def _ingress(hosts: str, tls: str) -> str:
    rules = ", ".join(f"{{host: {host}}}" for host in hosts.split())
    spec = f"{{rules: [{rules}], tls: [{{hosts: [{', '.join(tls.split())}]}}]}}"
    return f"---\nkind: Ingress\nmetadata: {{name: web}}\nspec: {spec}\n"


def _defaults(allowed: str, trusted: str) -> str:
    data = f"{{ALLOWED_HOSTS: '{allowed}', CSRF_TRUSTED_ORIGINS: '{trusted}'}}"
    return f"---\nkind: ConfigMap\nmetadata: {{name: app-defaults}}\ndata: {data}\n"


HOSTS = "ConfigMap/app-config-t92gc66kcc /data/HOSTS"
CASES = [
    Case("one", _config(A) + _route(A)),
    Case("two, both ways", _config(f"{A},{B}") + _route(B, A) + _ingress(f"{A} {B}", f"{A} {B}")),
    Case("no route", _config(f"{A},{B}") + _defaults("app.invalid", "https://app.invalid")),
    Case("no hosts at all", _route(A)),
    Case("derived", _config(f"{A},{B}") + _route(A, B) + _defaults(f"{A},{B}", f"https://{A},https://{B}")),
    Case("not routed", _config(f"{A},{B}") + _route(A), [f"{HOSTS} # {B} has no route in HTTPRoute/web"]),
    Case("in one of two", _config(f"{A},{B}") + _route(A, B) + _ingress(A, A), [f"{HOSTS} # no route in Ingress/web"]),
    Case("not in HOSTS", _config(A) + _route(A, B), [f"HTTPRoute/web /spec/hostnames # {B} isn't in HOSTS"]),
    Case("no TLS", _config(f"{A},{B}") + _ingress(f"{A} {B}", A), [f"Ingress/web /spec/tls # {B} has no TLS"]),
    Case(
        "hosts/2 above ingress",
        _config(f"{A},{B}") + _route(A, B) + _defaults(f"{A},{B}", f"https://{B},https:"),
        [f"ConfigMap/app-defaults /data/CSRF_TRUSTED_ORIGINS # lacks https://{A}"],
    ),
    Case(
        "allowed",
        _config(f"{A},{B}") + _route(A, B) + _defaults(A, f"https://{A},https://{B}"),
        [f"ConfigMap/app-defaults /data/ALLOWED_HOSTS # lacks {B}"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("hosts-routed", case)
