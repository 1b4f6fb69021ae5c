import pytest

from ..cases import Case, check
from ..workloads import manifest


def given(key: str, value: object = "x", kind: str = "Ingress") -> str:
    return manifest(kind, "web", metadata={"annotations": {key: value}})


def at(key: str) -> str:
    return f"Ingress/web /metadata/annotations/{key.replace('/', '~1')}"


NGINX = "nginx.ingress.kubernetes.io"
CASES = [
    Case("none", manifest("Ingress", "web")),
    Case("a size", given(f"{NGINX}/proxy-body-size", "64m")),
    Case("a time", given(f"{NGINX}/proxy-read-timeout", "60")),
    Case("a name that holds one", given(f"{NGINX}/server-aliases-of-mine", "x")),
    Case("ArgoCD's", given("argocd.argoproj.io/sync-options", "Prune=false;x")),
    Case("a snippet", given(f"{NGINX}/configuration-snippet"), [f"{at(NGINX)}~1configuration-snippet # all customers"]),
    Case("a server's", given(f"{NGINX}/server-snippet"), [f"{at(NGINX)}~1server-snippet"]),
    Case("HAProxy's", given("haproxy.org/backend-config-snippet"), [f"{at('haproxy.org')}~1backend-config-snippet"]),
    Case("another host", given(f"{NGINX}/server-alias", "b.example.com"), [f"{at(NGINX)}~1server-alias"]),
    Case("another server", given(f"{NGINX}/auth-url", "http://x"), [f"{at(NGINX)}~1auth-url"]),
    Case("a copy of all requests", given(f"{NGINX}/mirror-target", "http://x"), [f"{at(NGINX)}~1mirror-target"]),
    Case(
        "a value that breaks out",
        given(f"{NGINX}/rewrite-target", "/;}lua"),
        [f"{at(NGINX)}~1rewrite-target # break out"],
    ),
    Case("a line break", given(f"{NGINX}/app-root", "/a\nb"), [f"{at(NGINX)}~1app-root"]),
    Case("a route's", given(f"{NGINX}/auth-snippet", kind="HTTPRoute"), [f"HTTPRoute{at(NGINX)[7:]}~1auth-snippet"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("ingress-annotations", case)
