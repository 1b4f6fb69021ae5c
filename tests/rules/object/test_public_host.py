import pytest

from ..cases import Case, check
from ..workloads import manifest


def ingress(*rules: dict) -> str:
    return manifest("Ingress", "web", spec={"rules": list(rules)})


def route(*hosts: str) -> str:
    return manifest("HTTPRoute", "web", spec={"hostnames": list(hosts)})


CASES = [
    Case("a host", ingress({"host": "a.example.com"})),
    Case("a route's hosts", route("a.example.com", "b.example.com")),
    Case("no host", ingress({"http": {}}), ["Ingress/web /spec/rules/0/host # takes the traffic of all"]),
    Case("an empty host", ingress({"host": "a.example.com"}, {"host": ""}), ["Ingress/web /spec/rules/1/host"]),
    Case("a wildcard", ingress({"host": "*.example.com"}), ["Ingress/web /spec/rules/0/host # *.example.com"]),
    Case("a route without", route(), ["HTTPRoute/web /spec/hostnames"]),
    Case("a route's wildcard", route("a.example.com", "*.example.com"), ["HTTPRoute/web /spec/hostnames/1"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("public-host", case)
