"""Hold a render against what the files say it must be: which objects, containers and volumes, and how big.

Independent of kustomize: sizing.yaml and the library's files are read here, and the components'
component.yaml say what goes where.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..app.app import App
from ..finding import Advice
from ..policy import customer_fields, facts, sizes, stops
from ..render.objects import CONTAINER_LISTS, Object
from ..sources.inventory import Id
from ..sources.loader import Pointer
from ..sources.secrets import named

CLUSTER_SCOPED = ("Namespace", "PersistentVolume")

# Keys under which a number means cost, wherever they stand.
SIZE_KEYS = frozenset(
    {
        "replicas",
        "parallelism",
        "completions",
        "resources",
        "sizeLimit",
        "medium",
        "storage",
        "storageClassName",
        "storageClass",
        "minReplicas",
        "maxReplicas",
        "instances",
        "walStorage",
        "tablespaces",
        "volumeClaimTemplates",
        "priorityClassName",
        "priority",
        "hard",
        "capacity",
        "limits",
        "requests",
        "claims",
        "runtimeClassName",
        "overhead",
        "nodeSelector",
        "nodeName",
        "tolerations",
        "schedulerName",
        "hostNetwork",
        "hostPID",
        "hostIPC",
        "hostUsers",
        "shareProcessNamespace",
        "externalIPs",
        "loadBalancerIP",
        "externalName",
        "hostPort",
        "nodePort",
        "accessModes",
        "volumeMode",
        "dataSource",
        "dataSourceRef",
        "volumeName",
        "resizePolicy",
        "backoffLimit",
        "completionMode",
        "podFailurePolicy",
        "ephemeralContainers",
    }
)


_FREE_KEYS = frozenset({"data", "encryptedData", "stringData", "annotations", "labels", "matchLabels"})
"""What is below these is no part of the API: any word may be a key there."""


class Violation(NamedTuple):
    """Something that is there and mustn't be, is missing, or has another size. `obj` is None where it is missing."""

    obj: Object | None
    pointer: Pointer
    message: str
    hint: str | Advice = ""


_FURTHER = Advice(
    "keep to the containers that there are",
    "a further container",
    "make it a component of the library, whose component.yaml names it and its size: docs/adding-a-component.md",
)


def object_set(app: App) -> Iterator[Violation]:
    """Yield objects, containers and volumes that don't belong to the app, and objects that are missing."""
    expected = app.inventory.expected
    pods = customer_fields.pods(app.features) if app.customer.files else {}
    secrets = app.own_secrets | app.inventory.secrets
    seen: set[Id] = set()
    for obj in app.objects:
        key = Id(obj.api_version, obj.kind, obj.plain_name)
        if key in seen:
            yield Violation(obj, (), f"{obj!r} is there twice")
        seen.add(key)
        yield from _namespace(app, obj)
        if key not in expected and not _is_namespace(obj) and not _customers(app, obj):
            yield Violation(obj, (), f"{obj!r} belongs to no component of this app")
        yield from _pod(app, obj, pods.get(repr(obj)), secrets)
    for key in sorted(expected - seen):
        if key.kind != "Namespace":
            yield Violation(None, (), f"{key.kind}/{key.name} is missing, which the app's components make")


def _namespace(app: App, obj: Object) -> Iterator[Violation]:
    if obj.kind in CLUSTER_SCOPED:
        if obj.namespace:
            yield Violation(obj, ("metadata", "namespace"), f"{obj!r} is in a namespace, which its kind can't be")
        if obj.kind == "Namespace" and obj.name != app.namespace:
            yield Violation(obj, ("metadata", "name"), f"{obj!r} isn't this app's, which is {app.namespace}")
    elif obj.namespace != app.namespace:
        yield Violation(
            obj, ("metadata", "namespace"), f"{obj!r} is in {obj.namespace or 'no namespace'}, not {app.namespace}"
        )


def _is_namespace(obj: Object) -> bool:
    return obj.kind == "Namespace" and obj.api_version == "v1"


def _customers(app: App, obj: Object) -> bool:
    """Whether an object is one that a customer's folder may add."""
    if obj.kind == "SealedSecret":
        return obj.name in app.own_secrets and obj.api_version == "bitnami.com/v1alpha1"
    return obj.kind == "ConfigMap" and obj.api_version == "v1" and obj.name in app.hashed_names


def _pod(app: App, obj: Object, expected: dict[str, list[str]] | None, secrets: set[str]) -> Iterator[Violation]:
    """Yield what doesn't belong into a pod; `expected`: its containers by list, None for a pod that isn't the customer's."""
    if not obj.pod_pointer:
        return
    for key in CONTAINER_LISTS:
        names = [c.get("name") if isinstance(c, dict) else None for c in obj.sequence(*obj.pod_pointer, key)]
        wanted = expected.get(key, []) if expected is not None else None
        if wanted is not None and sorted(map(str, names)) != sorted(wanted):
            extra = [str(n) for n in names if n not in wanted] or sorted(set(wanted) - set(map(str, names))) or names
            index = names.index(extra[0]) if extra[0] in names else 0
            message = f"{obj!r} has {extra[0]} in {key}, where its components have {', '.join(wanted) or 'none'}"
            yield Violation(obj, (*obj.pod_pointer, key, index), message, _FURTHER)
    for index, volume in enumerate(obj.sequence(*obj.pod_pointer, "volumes")):
        if _plain(app, volume) not in app.inventory.volumes and not (expected is not None and _harmless(volume)):
            name = volume.get("name") if isinstance(volume, dict) else volume
            yield Violation(obj, (*obj.pod_pointer, "volumes", index), f"{obj!r}: the volume {name} is of no component")
    for name, pointer in named(obj.get(*obj.pod_pointer), obj.pod_pointer):
        if name not in secrets:
            yield Violation(obj, pointer, f"{obj!r}: Secret {name} is neither yours nor a component's")


def _plain(app: App, volume: Any) -> Any:
    """Return a volume with a generated config map's name without its hash, as the library's files have it."""
    source = volume.get("configMap") if isinstance(volume, dict) else None
    name = source.get("name") if isinstance(source, dict) else None
    if isinstance(name, str) and name in app.hashed_names:
        return {**volume, "configMap": {**source, "name": app.hashed_names[name]}}
    return volume


def _harmless(volume: Any) -> bool:
    """Whether a volume holds nothing but Secrets and config maps."""
    if not isinstance(volume, dict) or len(volume) != 2 or "name" not in volume:
        return False
    if "projected" in volume and isinstance(volume["projected"], dict):
        sources = volume["projected"].get("sources") or []
        return isinstance(sources, list) and all(
            isinstance(s, dict) and set(s) <= {"secret", "configMap"} for s in sources
        )
    return "secret" in volume or "configMap" in volume


def wrong_sizes(app: App) -> Iterator[Violation]:
    """Yield sizes that aren't sizing.yaml's, containers without one, and sizes where none belongs."""
    known, copied = app.inventory, facts.copied(app.infrastructure)
    for obj in app.objects:
        table = sizes.of(obj.kind, obj.name)
        sized: set[Pointer] = set()
        for path, size in table.items():
            pointer = _find(obj.data, path)
            if pointer is None:
                continue
            sized.add(pointer)
            if sizes.is_count(size) and stops.stopped(app.infrastructure, obj.kind, obj.name):
                continue
            yield from _compare(app, obj, pointer, size)
        for path, fact in copied.get(f"{obj.kind}/{obj.name}", {}).items():
            sized.add(path)
            actual, wanted = obj.get(*path), app.fact(fact)
            # The platform may take another class for one app; the library's own value must not be left.
            if actual != wanted and (actual == facts.PLACEHOLDER or actual not in known.values(path[-1])):
                said = f"is {_short(actual, wanted)}, and {fact} of the cluster is {_short(wanted, actual)}"
                yield Violation(obj, path, f"{obj!r}: {'.'.join(path)} {said}")
        for container in obj.containers():
            if (*container.pointer, "resources") not in sized:
                message = f"{obj!r}: no component gives the container {container.name} a size"
                yield Violation(obj, container.pointer, message, _FURTHER)
        for pointer, value in _size_like(obj.data):
            if any(pointer[: len(p)] == p or p[: len(pointer)] == pointer for p in sized):
                continue
            if value not in known.values(str(pointer[-1])):
                yield Violation(obj, pointer, f"{obj!r}: {'.'.join(map(str, pointer))} is set, and by no component")


def _compare(app: App, obj: Object, pointer: Pointer, size: str) -> Iterator[Violation]:
    wanted, actual = app.size(size), obj.get(*pointer)
    where = ".".join(str(t) for t in pointer if t not in ("spec", "jobTemplate", "template"))
    if wanted is None or wanted == {}:
        yield Violation(obj, pointer[:-1], f"{obj!r}: {size} is missing in sizing.yaml")
    elif actual != wanted or type(actual) is not type(wanted):
        yield Violation(
            obj, pointer, f"{obj!r}: {where} is {_short(actual, wanted)}, and {size} is {_short(wanted, actual)}"
        )


def _short(value: Any, other: Any) -> str:
    """Return a value as people read it; a text in quotes where it differs from the other one by that alone."""
    text = "not set" if value is None else repr(value) if str(value) == str(other) else str(value)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _find(data: Any, path: tuple[str, ...]) -> Pointer | None:
    """Return the pointer with indexes of a path with names; None where an item of a list isn't there."""
    pointer: list[str | int] = []
    for position, token in enumerate(path):
        if isinstance(data, list):
            index = next((i for i, c in enumerate(data) if isinstance(c, dict) and c.get("name") == token), None)
            if index is None:
                return None
            pointer.append(index)
            data = data[index]
            continue
        pointer.append(token)
        data = data.get(token) if isinstance(data, dict) else None
        if data is None and any(name in ("containers", "initContainers") for name in path[position:][:1]):
            return None
    return tuple(pointer)


_NESTED = (dict, list)


def _size_like(value: Any) -> list[tuple[Pointer, Any]]:
    """Return every value under a key that means cost, and where it is, in order."""
    found: list[tuple[Pointer, Any]] = []
    # A stack, not a generator that calls itself: this runs over everything that is rendered.
    stack: list[tuple[Any, Pointer]] = [(value, ())]
    while stack:
        value, pointer = stack.pop()
        if pointer and pointer[-1] in SIZE_KEYS:
            found.append((pointer, value))
        elif isinstance(value, dict):
            stack += [
                (inner, (*pointer, key))
                for key, inner in reversed(value.items())
                if key in SIZE_KEYS or (isinstance(inner, _NESTED) and key not in _FREE_KEYS)
            ]
        elif isinstance(value, list):
            stack += [
                (inner, (*pointer, i)) for i, inner in reversed([*enumerate(value)]) if isinstance(inner, _NESTED)
            ]
    return found
