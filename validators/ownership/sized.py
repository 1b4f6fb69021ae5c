"""Hold the sizes of a render against sizing.yaml, whichever file they came from.

Independent of kustomize: sizing.yaml is read here, and the components' component.yaml say what goes where.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..app import extras
from ..app.app import App
from ..finding import Advice
from ..policy import facts, sizes, stops
from ..policy.sizes import EXTRA
from ..render.objects import Object
from ..sources.loader import Pointer

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


FURTHER = Advice(
    "keep to the containers that there are",
    "a further container",
    "add it to this app in its platform folder, with extra.NAME.resources in sizing.yaml: docs/own-pods.md",
)


_COPY = Advice("", "", "copy it there by an entry under replacements of kustomization.yaml: docs/own-pods.md")


def wrong_sizes(app: App) -> Iterator[Violation]:
    """Yield sizes that aren't sizing.yaml's, containers without one, and sizes where none belongs."""
    known, copied = app.inventory, facts.copied(app.infrastructure)
    for obj in app.objects:
        sized: set[Pointer] = set()
        for path, size in extras.table(app, obj).items():
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
                yield Violation(obj, container.pointer, message, FURTHER)
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
        message = f"{obj!r}: {where} is {_short(actual, wanted)}, and {size} is {_short(wanted, actual)}"
        yield Violation(obj, pointer, message, _COPY if actual is None and size.startswith(f"{EXTRA}.") else "")


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
