import pytest

from ..cases import Case, check


def _route(*hosts: str) -> str:
    return f"---\nkind: HTTPRoute\nmetadata: {{name: web}}\nspec: {{hostnames: [{', '.join(hosts)}]}}\n"


def _ingress(*hosts: str) -> str:
    rules = ", ".join(f"{{host: {host}}}" for host in hosts)
    return f"---\nkind: Ingress\nmetadata: {{name: web}}\nspec: {{rules: [{rules}]}}\n"


def _config(hosts: str) -> str:
    return f"---\nkind: ConfigMap\nmetadata: {{name: app-config-t92gc66kcc}}\ndata: {{HOSTS: '{hosts}'}}\n"


SHOP = "overlays/ungleich/a/shop/kustomization.yaml:1"
CASES = [
    Case("each its own", {"a/shop": _route("a.ch", "www.a.ch"), "b/blog": _ingress("b.ch")}),
    Case("one app's ingress and gateway", {"a/shop": _route("a.ch") + _ingress("a.ch") + _config("a.ch")}),
    Case("a subdomain", {"a/shop": _route("a.ch"), "b/blog": _route("b.a.ch")}),
    Case("apps without a route", {"a/shop": _config("a.ch"), "b/blog": _config("a.ch") + _route("b.ch")}),
    Case("nobody's", {"a/shop": _route("app.invalid"), "b/blog": _route("app.invalid")}),
    Case(
        "both",
        {"a/shop": _route("a.ch"), "b/blog": _route("b.ch", "a.ch")},
        [
            "overlays/customers/a/shop/kustomization.yaml:1 # a host of b/blog",
            "overlays/customers/b/blog/kustomization.yaml:1 # a/shop",
        ],
    ),
    Case(
        "ingress and gateway, other case",
        {"a/shop": _ingress("a.ch"), "b/blog": _route("A.ch")},
        [
            "overlays/customers/a/shop/kustomization.yaml:1 # b/blog",
            "overlays/customers/b/blog/kustomization.yaml:1 # a.ch is",
        ],
    ),
    Case(
        "HOSTS alone gets the requests, too",
        {"a/shop": _route("a.ch"), "b/blog": _route("b.ch") + _config("b.ch,a.ch")},
        ["overlays/customers/a/shop/kustomization.yaml:1", "overlays/customers/b/blog/app.env:1 # a/shop"],
    ),
    Case(
        "three",
        {"a/shop": _route("a.ch"), "b/blog": _route("a.ch"), "c/wiki": _route("a.ch")},
        [
            "overlays/customers/a/shop/kustomization.yaml:1 # b/blog",
            "overlays/customers/b/blog/kustomization.yaml:1 # a/shop",
            "overlays/customers/c/wiki/kustomization.yaml:1 # a/shop",
        ],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("host-duplicate", case)
