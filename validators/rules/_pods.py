"""What the rules about hardening share: how Kubernetes reads the settings of pods, and which of them get traffic."""

from collections.abc import Iterator
from typing import Any

from ..app import workloads
from ..app.app import App
from ..render.objects import Container, Object
from ..sources.loader import Pointer

SCALED = ("Deployment", "StatefulSet")
"""The kinds that have replicas."""
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
HANDLERS = (*((probe,) for probe in PROBES), ("lifecycle", "postStart"), ("lifecycle", "preStop"))
"""Where a container says what is to be called: pointers from the container."""
ACTIONS = ("httpGet", "tcpSocket", "exec", "grpc")
"""What a probe can do."""
LONGEST_COMMAND = 10_000
"""Of how many characters commands are searched: patterns take time with the square of it."""


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


def of_pod(obj: Object, *field: str, default: Any = None) -> tuple[Any, Pointer]:
    """Return a field of a workload's pod, `default` where it isn't there, and its pointer."""
    pointer = (*(obj.pod_pointer or ()), *field)
    return obj.get(*pointer, default=default), pointer


def containers_without(obj: Object, field: Pointer, *good: Any) -> Iterator[tuple[Container, Any, Pointer]]:
    """Yield (container, value, pointer) for each container whose `field` is none of `good`; None stands for unset.

    Values are of the same type, too: 0 isn't False.
    """
    for container in obj.containers():
        pointer = (*container.pointer, *field)
        value = obj.get(*pointer)
        if not any(type(value) is type(right) and value == right for right in good):
            yield container, value, pointer


def probes(obj: Object) -> Iterator[tuple[Container, str, Pointer]]:
    """Yield (container, name, pointer) of each probe that an object's containers have."""
    for container in obj.containers():
        for name in PROBES:
            if isinstance(container.data.get(name), dict):
                yield container, name, (*container.pointer, name)


def handlers(obj: Object) -> Iterator[tuple[Container, str, Pointer]]:
    """Yield (container, name, pointer) of each place where an object's containers may say what is to be called."""
    for container in obj.containers():
        for handler in HANDLERS:
            yield container, handler[-1], (*container.pointer, *handler)


def probe_action(obj: Object, container: Container, probe: str) -> dict[str, Any]:
    """Return what a probe does, without its timings."""
    return {key: value for key, value in obj.mapping(*container.pointer, probe).items() if key in ACTIONS}


def command_line(value: Any) -> str:
    """Return the start of a command, a list of words, as one line; empty for anything else."""
    return " ".join(str(word) for word in value[:1000])[:LONGEST_COMMAND] if isinstance(value, list) else ""


def served(obj: Object, app: App) -> list[Container]:
    """Return the containers of a workload that a Service sends traffic to."""
    targets = [
        port.get("targetPort", port.get("port"))
        for service in app.of_kind("Service")
        if (selector := service.mapping("spec", "selector"))
        and workloads.matches({"matchLabels": selector}, workloads.pod_labels(obj))
        for port in service.sequence("spec", "ports")
        if isinstance(port, dict)
    ]
    return [c for c in obj.containers() if c.pointer[-2] == "containers" and _listens(obj, c, targets)]


def runs_init(obj: Object) -> bool:
    """Whether /init runs in each of a workload's pods, by the component init-container."""
    return obj.runs_customer_image and any(
        container.name == "init" and container.pointer[-2] == "initContainers" for container in obj.containers()
    )


def _listens(obj: Object, container: Container, targets: list) -> bool:
    ports = [port for port in obj.sequence(*container.pointer, "ports") if isinstance(port, dict)]
    return any(target in (port.get("name"), port.get("containerPort")) for target in targets for port in ports)
