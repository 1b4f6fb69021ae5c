import pytest

from ..cases import Case, check
from ..workloads import manifest


def given(hosts: list, *tls: dict, **annotations: object) -> str:
    spec = {"rules": [{"host": host} for host in hosts], "tls": list(tls)}
    named = {f"nginx.ingress.kubernetes.io/{key.replace('_', '-')}": value for key, value in annotations.items()}
    return manifest("Ingress", "web", metadata={"annotations": named}, spec=spec)


CASES = [
    Case("all", given(["a.example.com"], {"hosts": ["a.example.com"], "secretName": "web-tls"})),
    Case("by a wildcard", given(["a.example.com"], {"hosts": ["*.example.com"], "secretName": "web-tls"})),
    Case("redirects", given([], ssl_redirect="true")),
    Case("none", given(["a.example.com"]), ["Ingress/web /spec/rules/0/host # a.example.com is served without TLS"]),
    Case(
        "the second isn't",
        given(["a.example.com", "b.example.com"], {"hosts": ["a.example.com"], "secretName": "web-tls"}),
        ["Ingress/web /spec/rules/1/host # b.example.com"],
    ),
    Case(
        "a wildcard has one level",
        given(["a.b.example.com"], {"hosts": ["*.example.com"], "secretName": "web-tls"}),
        ["Ingress/web /spec/rules/0/host"],
    ),
    Case("no certificate", given([], {"hosts": ["a.example.com"]}), ["Ingress/web /spec/tls/0 # no secretName"]),
    Case(
        "http stays open",
        given([], ssl_redirect="false"),
        ["Ingress/web /metadata/annotations/nginx.ingress.kubernetes.io~1ssl-redirect # keeps http open"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("ingress-tls", case)
