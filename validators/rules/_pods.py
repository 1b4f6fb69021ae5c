"""What the rules about pods share: which kinds have them, and how Kubernetes reads their settings."""

from typing import Any

from ..app import App
from ..loader import Pointer
from ..objects import Container, Object

WORKLOADS = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob")
"""The kinds that have a pod, for KINDS."""
SCALED = ("Deployment", "StatefulSet")
"""The kinds that have replicas."""
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
HANDLERS = (*((probe,) for probe in PROBES), ("lifecycle", "postStart"), ("lifecycle", "preStop"))
"""Where a container says what is to be called: pointers from the container."""
LONGEST_COMMAND = 10_000
"""Of how many characters commands are searched: patterns take time with the square of it."""


def labels(obj: Object) -> dict:
    """Return the labels of a workload's pods."""
    pointer = obj.pod_pointer
    return obj.mapping(*pointer[:-1], "metadata", "labels") if pointer else {}


def replicas(obj: Object) -> int:
    """Return how many pods a workload wants; 1, Kubernetes' default, where that isn't a number."""
    value = obj.get("spec", "replicas", default=1)
    return value if isinstance(value, int) else 1


def effective(obj: Object, container: Container, field: str) -> tuple[Any, Pointer]:
    """Return what a container's security context says of `field`, or else the pod's, and where that stands.

    Where neither says anything: None, and the container.
    """
    for owner in (container.pointer, obj.pod_pointer or ()):
        pointer = (*owner, "securityContext", field)
        value = obj.get(*pointer)
        if value is not None:
            return value, pointer
    return None, container.pointer


def probe_action(obj: Object, container: Container, probe: str) -> dict[str, Any]:
    """Return what a probe does, without its timings."""
    wanted = ("httpGet", "tcpSocket", "exec", "grpc")
    return {key: value for key, value in obj.mapping(*container.pointer, probe).items() if key in wanted}


def command_line(value: Any) -> str:
    """Return the start of a command, a list of words, as one line; empty for anything else."""
    return " ".join(str(word) for word in value[:1000])[:LONGEST_COMMAND] if isinstance(value, list) else ""


def selects(selector: Any, wanted: dict) -> bool:
    """Return whether a label selector (matchLabels, matchExpressions) selects these labels; an empty one does."""
    if not isinstance(selector, dict):
        return False
    exact = selector.get("matchLabels")
    expressions = selector.get("matchExpressions")
    exact = exact if isinstance(exact, dict) else {}
    expressions = expressions if isinstance(expressions, list) else []
    return all(wanted.get(key) == value for key, value in exact.items()) and all(
        _matches(expression, wanted) for expression in expressions
    )


def _matches(expression: Any, wanted: dict) -> bool:
    if not isinstance(expression, dict):
        return False
    key, operator, values = (expression.get(name) for name in ("key", "operator", "values"))
    if not isinstance(key, str) or not isinstance(values, list | None):
        return False
    present = key in wanted
    listed = present and wanted[key] in (values or [])
    return {"In": listed, "NotIn": not listed, "Exists": present, "DoesNotExist": not present}.get(str(operator), False)


def served(obj: Object, app: App) -> list[Container]:
    """Return the containers of a workload that a Service sends traffic to."""
    targets = [
        port.get("targetPort", port.get("port"))
        for service in app.of_kind("Service")
        if (selector := service.mapping("spec", "selector")) and selects({"matchLabels": selector}, labels(obj))
        for port in service.sequence("spec", "ports")
        if isinstance(port, dict)
    ]
    return [c for c in obj.containers() if c.pointer[-2] == "containers" and _listens(obj, c, targets)]


def _listens(obj: Object, container: Container, targets: list) -> bool:
    ports = [port for port in obj.sequence(*container.pointer, "ports") if isinstance(port, dict)]
    return any(target in (port.get("name"), port.get("containerPort")) for target in targets for port in ports)


def as_count(value: Any, total: int, *, up: bool) -> int | None:
    """Return a number or a percentage of `total` as a number, rounded up or down; None for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.endswith("%") and value[:-1].isdecimal():
        part = total * int(value[:-1])
        return -(-part // 100) if up else part // 100
    return None
