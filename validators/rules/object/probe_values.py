"""A probe that the API server refuses, or that can't work.

What: probes without or with several of httpGet, tcpSocket, exec and grpc; times and thresholds out of range;
`successThreshold` other than 1 in a liveness or startup probe; a port that the container doesn't declare; a path that
doesn't start with `/`; probes of an init container.
Why: the API server refuses the object. A named port that doesn't exist is accepted, and the pod is never ready.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              ports: [{name: http, containerPort: 8000}]
              livenessProbe:
                tcpSocket: {port: web}
                successThreshold: 2

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              ports: [{name: http, containerPort: 8000}]
              livenessProbe:
                tcpSocket: {port: http}
                periodSeconds: 20

Fix: write the port's name, `http`, and whole seconds of at least 1.
"""

from collections.abc import Iterator
from typing import Any

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...kubernetes import naming
from ...render.objects import Container, Object
from ...sources.loader import Pointer
from .. import Problem
from .._pods import ACTIONS, probes

ID = "probe-values"
KINDS = WORKLOADS
HINT = "write one of httpGet, tcpSocket and exec, the port's name, and whole seconds"
COVERS = ("kube-linter:liveness-port", "kube-linter:readiness-port", "kube-linter:startup-port")

_LEAST = {
    "initialDelaySeconds": 0,
    "periodSeconds": 1,
    "timeoutSeconds": 1,
    "successThreshold": 1,
    "failureThreshold": 1,
    "terminationGracePeriodSeconds": 1,
}


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with each probe of an object's containers."""
    for container, field, pointer in probes(obj):
        if container.pointer[-2] == "initContainers" and container.data.get("restartPolicy") != "Always":
            yield Problem(f"the init container {container.name} has a probe", obj, pointer, hint="delete the probe")
        yield from _times(obj, container.data[field], pointer, field)
        yield from _handler(obj, container, container.data[field], pointer)


def _times(obj: Object, probe: dict, pointer: Pointer, field: str) -> Iterator[Problem]:
    for key, least in _LEAST.items():
        value = probe.get(key)
        if isinstance(value, int) and value < least:
            yield Problem(f"{key} is {value}", obj, (*pointer, key), hint=f"write {least} or more")
    if field != "readinessProbe" and probe.get("successThreshold", 1) != 1:
        message = f"successThreshold of a {field} must be 1"
        yield Problem(message, obj, (*pointer, "successThreshold"), hint="delete the line")
    if field == "readinessProbe" and "terminationGracePeriodSeconds" in probe:
        message = "a readinessProbe ends nothing, so it has no terminationGracePeriodSeconds"
        yield Problem(message, obj, (*pointer, "terminationGracePeriodSeconds"), hint="delete the line")


def _handler(obj: Object, container: Container, probe: dict, pointer: Pointer) -> Iterator[Problem]:
    found = [name for name in ACTIONS if probe.get(name) is not None]
    if len(found) != 1:
        shown = " and ".join(found) if found else "nothing to ask"
        yield Problem(f"the probe has {shown}", obj, pointer, hint="write one of httpGet, tcpSocket and exec")
    for name in found:
        handler = probe[name] if isinstance(probe[name], dict) else {}
        at = (*pointer, name)
        if name == "exec" and not handler.get("command"):
            yield Problem("the probe's command is empty", obj, at, hint="write a command")
        elif name != "exec":
            yield from _port(obj, container, handler.get("port"), (*at, "port"))
        path = handler.get("path")
        if isinstance(path, str) and not path.startswith("/"):
            yield Problem(f"the path {path[:80]!r} has no / in front", obj, (*at, "path"), hint=f"write /{path[:80]}")


def _port(obj: Object, container: Container, port: Any, pointer: Pointer) -> Iterator[Problem]:
    rows = container.data.get("ports")
    rows = [row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict)]
    names = [row["name"] for row in rows if isinstance(row.get("name"), str)]
    hint = f"write {names[0]}" if names else "give the container a port, and write its name"
    if port is None or isinstance(port, bool):
        yield Problem("the probe has no port", obj, pointer[:-1], hint=hint)
    elif isinstance(port, int) and not 1 <= port <= 65535:
        yield Problem(f"{port} isn't a port", obj, pointer, hint=hint)
    elif isinstance(port, str) and (wrong := naming.port_name(port)):
        yield Problem(f"the port {port[:40]!r} {wrong}", obj, pointer, hint=hint)
    elif port not in (names if isinstance(port, str) else [row.get("containerPort") for row in rows]):
        yield Problem(f"container {container.name} has no port {port}", obj, pointer, hint=hint)
