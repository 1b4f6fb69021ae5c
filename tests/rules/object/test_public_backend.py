import pytest

from ..cases import Case, check
from ..workloads import manifest


def route(rule: dict) -> str:
    return manifest("HTTPRoute", "web", metadata={"namespace": "example-app"}, spec={"rules": [rule]})


def ingress(**spec: object) -> str:
    return manifest("Ingress", "web", spec=spec)


BACKEND = "HTTPRoute/web /spec/rules/0/backendRefs/0"
MIRROR = {"type": "RequestMirror", "requestMirror": {"backendRef": {"name": "spy", "namespace": "other", "port": 80}}}
CASES = [
    Case("the Service", route({"backendRefs": [{"name": "web", "port": 80}]})),
    Case("said in full", route({"backendRefs": [{"group": "", "kind": "Service", "namespace": "example-app"}]})),
    Case("an Ingress", ingress(rules=[{"http": {"paths": [{"backend": {"service": {"name": "web"}}}]}}])),
    Case(
        "another namespace",
        route({"backendRefs": [{"name": "web", "namespace": "other"}]}),
        [f"{BACKEND}/namespace # namespace other"],
    ),
    Case("another kind", route({"backendRefs": [{"kind": "ServiceImport"}]}), [f"{BACKEND}/kind # a ServiceImport"]),
    Case(
        "a mirror",
        route({"filters": [MIRROR]}),
        ["HTTPRoute/web /spec/rules/0/filters/0/requestMirror/backendRef/namespace"],
    ),
    Case(
        "a default backend",
        ingress(defaultBackend={"service": {"name": "web"}}),
        ["Ingress/web /spec/defaultBackend # other hosts' traffic"],
    ),
    Case(
        "a resource",
        ingress(rules=[{"http": {"paths": [{"backend": {"resource": {"kind": "Bucket"}}}]}}]),
        ["Ingress/web /spec/rules/0/http/paths/0/backend/resource # isn't a Service"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("public-backend", case)
