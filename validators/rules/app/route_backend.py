"""A route to a Service or port that isn't there.

What: an Ingress or HTTPRoute whose backend names a Service that the app doesn't have or a port that it doesn't offer,
and a StatefulSet whose `serviceName` nobody has.
Why: the controller answers 503 for the host. Nothing is refused: to the API server a route is only text.

Bad:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: web
    spec:
      defaultBackend:
        service: {name: web, port: {name: web}}
    ---
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      ports: [{name: http, port: 80}]

Good:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata:
      name: web
    spec:
      defaultBackend:
        service: {name: web, port: {name: http}}
    ---
    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      ports: [{name: http, port: 80}]

Fix: write a Service of this app, and its port: by name in an Ingress, by number in an HTTPRoute.
"""

from collections.abc import Iterator
from typing import Any

from ...app.app import App
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "route-backend"
HINT = "write a Service of this app, and its port: web, and http or 80"
COVERS = (
    "kube-linter:dangling-ingress",
    "kube-score:ingress-targets-service",
    "kube-score:statefulset-has-servicename",
)


def check(app: App) -> Iterator[Problem]:
    """Yield backends that aren't there."""
    for obj in app.of_kind("Ingress"):
        for pointer in _ingress(obj):
            port = obj.mapping(*pointer, "port")
            yield from _backend(app, obj, pointer, port.get("name") or port.get("number"), (*pointer, "port"))
    for obj in app.of_kind("HTTPRoute"):
        for index in range(len(obj.sequence("spec", "rules"))):
            for position, row in enumerate(obj.sequence("spec", "rules", index, "backendRefs")):
                pointer = ("spec", "rules", index, "backendRefs", position)
                if isinstance(row, dict) and row.get("kind", "Service") == "Service" and not _foreign(row, app):
                    yield from _backend(app, obj, pointer, row.get("port"), (*pointer, "port"))
    for obj in app.of_kind("StatefulSet"):
        name = obj.get("spec", "serviceName")
        if name and app.find("Service", str(name)) is None:
            yield Problem(f"there is no Service {str(name)[:80]} in this app", obj, ("spec", "serviceName"))


def _ingress(obj: Object) -> Iterator[Pointer]:
    """Yield where an Ingress names Services."""
    if obj.mapping("spec", "defaultBackend", "service"):
        yield ("spec", "defaultBackend", "service")
    for index in range(len(obj.sequence("spec", "rules"))):
        for position in range(len(obj.sequence("spec", "rules", index, "http", "paths"))):
            pointer = ("spec", "rules", index, "http", "paths", position, "backend", "service")
            if obj.mapping(*pointer):
                yield pointer


def _foreign(row: dict, app: App) -> bool:
    return row.get("namespace") not in (None, app.namespace)


def _backend(app: App, obj: Object, pointer: Pointer, port: Any, at: Pointer) -> Iterator[Problem]:
    name = str(obj.get(*pointer, "name"))
    service = app.find("Service", name)
    if service is None:
        yield Problem(f"there is no Service {name[:80]} in this app", obj, (*pointer, "name"))
        return
    rows = [row for row in service.sequence("spec", "ports") if isinstance(row, dict)]
    field = "name" if isinstance(port, str) else "port"
    if not any(row.get(field) == port for row in rows):
        offered = " or ".join(str(row.get(field)) for row in rows[:5])
        message = f"Service {name[:80]} has no port {str(port)[:40]}" if port else "the backend names no port"
        yield Problem(message, obj, at, hint=f"write {offered}" if offered else "")
