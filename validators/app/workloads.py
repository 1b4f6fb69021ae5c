"""What pods are made of and what they refer to: selectors, ports, and the Secrets, ConfigMaps and claims they name."""

from collections.abc import Iterator
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

from ..render.objects import Container, Object
from ..sources.loader import Pointer
from .app import App

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod")


class Reference(NamedTuple):
    """A pod's (or service account's) reference to another object: to the whole of it where `key` is ""."""

    name: str
    key: str
    obj: Object
    pointer: Pointer


def workloads(app: App) -> Iterator[Object]:
    """Yield the rendered objects that make pods."""
    return app.of_kind(*WORKLOADS)


def pod_labels(obj: Object) -> dict:
    """Return the labels of the pods that an object makes."""
    pointer = obj.pod_pointer
    return obj.mapping(*pointer[:-1], "metadata", "labels") if pointer else {}


def matches(selector: Any, labels: dict) -> bool:
    """Whether a LabelSelector selects these labels; an empty one selects all, one that isn't a mapping none."""
    if not isinstance(selector, dict):
        return False
    wanted = selector.get("matchLabels")
    if isinstance(wanted, dict) and any(labels.get(key) != value for key, value in wanted.items()):
        return False
    rows = selector.get("matchExpressions")
    return all(_expression(row, labels) for row in (rows if isinstance(rows, list) else ()))


def _expression(row: Any, labels: dict) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("key"), str):
        return False
    values = row.get("values") if isinstance(row.get("values"), list) else []
    there = row["key"] in labels
    match row.get("operator"):
        case "Exists":
            return there
        case "DoesNotExist":
            return not there
        case "In":
            return there and labels[row["key"]] in values
        case "NotIn":
            return not there or labels[row["key"]] not in values
    return False


def selected(app: App, selector: Any) -> list[Object]:
    """Return the workloads whose pods a LabelSelector selects."""
    return [obj for obj in workloads(app) if matches(selector, pod_labels(obj))]


def operator_pods(selector: Any) -> bool:
    """Whether a selector is for pods that an operator makes (CloudNativePG), which no render shows."""
    labels = selector.get("matchLabels", selector) if isinstance(selector, dict) else {}
    return isinstance(labels, dict) and any(str(key).startswith("cnpg.io/") for key in labels)


def ports(obj: Object) -> list[dict]:
    """Return the ports that the containers of a workload declare."""
    found = []
    for container in obj.containers():
        rows = container.data.get("ports")
        found += [row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict)]
    return found


def serves(obj: Object, port: Any, protocol: str = "TCP") -> bool:
    """Whether a container of a workload declares the port, a name or a number."""
    field = "name" if isinstance(port, str) else "containerPort"
    return any(row.get(field) == port and row.get("protocol", "TCP") == protocol for row in ports(obj))


def replicas(obj: Object) -> int:
    """Return how many pods an object keeps, a database Cluster among them, without those of a rollout."""
    if obj.kind == "Job":
        return _count(obj.get("spec", "parallelism", default=1))
    if obj.kind == "CronJob":
        return 0 if obj.get("spec", "suspend") is True else 1
    if obj.kind == "Cluster":
        return _count(obj.get("spec", "instances", default=1))
    return _count(obj.get("spec", "replicas", default=1))


def surge(obj: Object) -> int:
    """Return how many pods more than its replicas a Deployment may have during a rollout."""
    if obj.kind != "Deployment" or obj.get("spec", "strategy", "type") == "Recreate":
        return 0
    return share(obj.get("spec", "strategy", "rollingUpdate", "maxSurge", default="25%"), replicas(obj), up=True)


def share(value: Any, whole: int, *, up: bool) -> int:
    """Return a number or a percentage of `whole` as a number, percentages rounded up or down."""
    if isinstance(value, str) and value.endswith("%") and value[:-1].isascii() and value[:-1].isdigit():
        part = int(value[:-1]) * whole / 100
        return ceil(part) if up else int(part)
    return _count(value)


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def volumes(obj: Object) -> Iterator[tuple[dict, Pointer]]:
    """Yield the volumes of a workload's pod and where they are."""
    base = obj.pod_pointer
    for index, data in enumerate(obj.sequence(*base, "volumes") if base else ()):
        if isinstance(data, dict):
            yield data, (*base, "volumes", index)


def claims(obj: Object) -> Iterator[Reference]:
    """Yield the PersistentVolumeClaims that a workload's pods mount."""
    for data, pointer in volumes(obj):
        claim = data.get("persistentVolumeClaim")
        if isinstance(claim, dict) and isinstance(claim.get("claimName"), str):
            yield Reference(claim["claimName"], "", obj, (*pointer, "persistentVolumeClaim", "claimName"))


def secret_references(app: App) -> Iterator[Reference]:
    """Yield each Secret, or key of one, without which pods don't start: what is optional isn't among them."""
    for obj in workloads(app):
        yield from secrets_of(obj)
        yield from _pull_secrets(obj, obj.pod_pointer or ())
    for obj in app.of_kind("ServiceAccount"):
        yield from _pull_secrets(obj, ())


def secrets_of(obj: Object) -> Iterator[Reference]:
    """Yield each Secret, or key of one, that a workload's containers get as variables or files."""
    return iter(_data_references(obj, "secret", "secretName", "secretKeyRef", "secretRef"))


def config_map_references(app: App) -> Iterator[Reference]:
    """Yield each ConfigMap, or key of one, without which pods don't start."""
    for obj in workloads(app):
        yield from _data_references(obj, "configMap", "name", "configMapKeyRef", "configMapRef")


def _pull_secrets(obj: Object, base: Pointer) -> Iterator[Reference]:
    for index, row in enumerate(obj.sequence(*base, "imagePullSecrets")):
        if isinstance(row, dict) and isinstance(row.get("name"), str):
            yield Reference(row["name"], ".dockerconfigjson", obj, (*base, "imagePullSecrets", index, "name"))


@lru_cache(maxsize=128)  # several rules ask for those of the same object
def _data_references(obj: Object, volume: str, name: str, key_ref: str, ref: str) -> tuple[Reference, ...]:
    return tuple(_found_references(obj, volume, name, key_ref, ref))


def _found_references(obj: Object, volume: str, name: str, key_ref: str, ref: str) -> Iterator[Reference]:
    for data, pointer in volumes(obj):
        yield from _files(obj, data.get(volume), (*pointer, volume), name)
        sources = obj.sequence(*pointer, "projected", "sources")
        for index, source in enumerate(sources):
            if isinstance(source, dict):
                yield from _files(obj, source.get(volume), (*pointer, "projected", "sources", index, volume), "name")
    for container in obj.containers():
        yield from _variables(obj, container, key_ref, ref)


def _files(obj: Object, data: Any, pointer: Pointer, field: str) -> Iterator[Reference]:
    if not isinstance(data, dict) or data.get("optional") is True or not isinstance(data.get(field), str):
        return
    yield Reference(data[field], "", obj, (*pointer, field))
    items = data.get("items")
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and isinstance(item.get("key"), str):
            yield Reference(data[field], item["key"], obj, (*pointer, "items", index, "key"))


def _variables(obj: Object, container: Container, key_ref: str, ref: str) -> Iterator[Reference]:
    for field, inner in (("envFrom", (ref,)), ("env", ("valueFrom", key_ref))):
        for index in range(len(obj.sequence(*container.pointer, field))):
            pointer = (*container.pointer, field, index, *inner)
            data = obj.mapping(*pointer)
            if data.get("optional") is True or not isinstance(data.get("name"), str):
                continue
            key = data.get("key")
            if field == "env" and isinstance(key, str):
                yield Reference(data["name"], key, obj, (*pointer, "key"))
            else:
                yield Reference(data["name"], "", obj, (*pointer, "name"))


def texts(value: Any, least: int = 0) -> list[tuple[str, Pointer]]:
    """Return every text of at least `least` characters in a value, and where it is, in order."""
    found: list[tuple[str, Pointer]] = []
    # A list and a stack, not a generator that calls itself: this runs over everything that is rendered.
    stack: list[tuple[Any, Pointer]] = [(value, ())]
    while stack:
        value, pointer = stack.pop()
        if isinstance(value, str):
            if len(value) >= least:
                found.append((value, pointer))
        elif isinstance(value, dict):
            stack += [(inner, (*pointer, key)) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            stack += [(inner, (*pointer, index)) for index, inner in reversed([*enumerate(value)])]
    return found
