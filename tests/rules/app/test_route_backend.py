import pytest

from ..cases import Case, check

SERVICE = "---\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{name: http, port: 80}]}\n"


def _ingress(service: str) -> str:
    rules = f"[{{host: a.example.com}}, {{http: {{paths: [{{path: /, backend: {{service: {service}}}}}]}}}}]"
    return f"{SERVICE}---\nkind: Ingress\nmetadata: {{name: web}}\nspec: {{rules: {rules}}}\n"


def _route(backend: str) -> str:
    return f"{SERVICE}---\nkind: HTTPRoute\nmetadata: {{name: web}}\nspec: {{rules: [{{backendRefs: [{backend}]}}]}}\n"


def _set(name: str) -> str:
    return f"{SERVICE}---\nkind: StatefulSet\nmetadata: {{name: db}}\nspec: {name}\n"


I = "Ingress/web /spec/rules/1/http/paths/0/backend/service"  # noqa: E741
R = "HTTPRoute/web /spec/rules/0/backendRefs/0"
CASES = [
    Case("by name", _ingress("{name: web, port: {name: http}}")),
    Case("by number", _ingress("{name: web, port: {number: 80}}")),
    Case("route", _route("{group: '', kind: Service, name: web, port: 80}")),
    Case("a route's backend in another namespace", _route("{name: other, namespace: shared, port: 80}")),
    Case("a route's backend of another kind", _route("{kind: Bucket, name: media}")),
    Case("set without a name", _set("{}")),
    Case("set", _set("{serviceName: web}")),
    Case("no service", _ingress("{name: site, port: {name: http}}"), [f"{I}/name # no Service site"]),
    Case("the container's port", _ingress("{name: web, port: {number: 8000}}"), [f"{I}/port # no port 8000"]),
    Case("name", _ingress("{name: web, port: {name: web}}"), [f"{I}/port # no port web"]),
    Case("no port", _ingress("{name: web}"), [f"{I}/port # names no port"]),
    Case("route, no service", _route("{name: site, port: 80}"), [f"{R}/name # no Service site"]),
    Case("route, container's port", _route("{name: web, port: 8000}"), [f"{R}/port # no port 8000"]),
    Case("route, own namespace", _route("{name: x, namespace: example-app, port: 80}"), [f"{R}/name # no Service x"]),
    Case(
        "default backend",
        SERVICE + "---\nkind: Ingress\nmetadata: {name: web}\nspec: {defaultBackend: {service: {name: site}}}\n",
        ["Ingress/web /spec/defaultBackend/service/name # no Service site"],
    ),
    Case("set without", _set("{serviceName: database}"), ["StatefulSet/db /spec/serviceName # no Service database"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("route-backend", case)
