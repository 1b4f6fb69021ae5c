"""Traffic goes somewhere else than to the app's Services.

What: an Ingress' defaultBackend or resource backend, and an HTTPRoute's backend or mirror in another namespace or of
another kind than Service.
Why: a default backend takes what no other rule wants, of every customer; another namespace's Service isn't the app's.

Bad:

    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: web, namespace: example-app}
    spec:
      rules:
        - backendRefs:
            - {name: web, namespace: example-other, port: 80}

Good:

    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata: {name: web, namespace: example-app}
    spec:
      rules:
        - backendRefs:
            - {name: web, port: 80}

Fix: send the traffic to the Service `web`.
"""

from collections.abc import Iterator
from typing import Any

from ...app.app import App
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "public-backend"
KINDS = ("Ingress", "HTTPRoute")
HINT = "send the traffic to the Service web of the app's own namespace"
COVERS = ("polaris:httpRouteCrossNamespaceBackendRef",)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each backend that isn't a Service of the app."""
    if obj.get("spec", "defaultBackend"):
        yield Problem("a default backend takes other hosts' traffic", obj, ("spec", "defaultBackend"))
    for pointer, value in _walk(obj.get("spec", "rules"), ("spec", "rules"), 0):
        if obj.kind == "Ingress" and pointer[-2:] == ("backend", "resource"):
            yield Problem("the backend isn't a Service", obj, pointer)
        is_reference = "backendRefs" in pointer[-2:-1] or pointer[-1] == "backendRef"
        if obj.kind == "HTTPRoute" and is_reference and isinstance(value, dict):
            yield from _reference(obj, pointer, value)


def _reference(obj: Object, pointer: Pointer, reference: dict) -> Iterator[Problem]:
    namespace = reference.get("namespace", obj.namespace)
    if namespace != obj.namespace:
        yield Problem(f"the backend is in the namespace {namespace}", obj, (*pointer, "namespace"))
    kind = reference.get("kind", "Service")
    if kind != "Service" or reference.get("group"):
        yield Problem(f"the backend is a {kind}, not a Service", obj, (*pointer, "kind"))


def _walk(value: Any, pointer: Pointer, depth: int) -> Iterator[tuple[Pointer, Any]]:
    """Yield all values below one, with their pointers; rules are at most seven levels deep."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items if depth < 8 else ():
        yield (*pointer, key), item
        yield from _walk(item, (*pointer, key), depth + 1)
