"""Compare an app's render with its baseline: what differs must be the customer's to set."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..app.app import App
from ..finding import Advice
from ..policy import customer_fields, pods
from ..policy.customer_fields import Named
from ..policy.list_keys import POD_LISTS, item_key
from ..render.hashes import hashed_names, renamed
from ..render.objects import Object
from ..sources.loader import Pointer
from .baseline import CRON_JOB

_MISSING = object()
_ORDERED = ("containers", "initContainers")
"""Patches address these by number, and init containers run in their order."""


class Difference(NamedTuple):
    """A value that differs and isn't the customer's to set. `obj` is the real object, or None where it is missing."""

    obj: Object | None
    pointer: Pointer
    message: str
    hint: str | Advice = ""


def differences(app: App) -> Iterator[Difference]:
    """Yield what the customer's files change that isn't theirs to change; nothing where the app has no baseline."""
    if app.baseline is None:
        return
    hashed = hashed_names(app.baseline)
    expected = {_id(obj): obj for obj in app.baseline}
    stand_in = ("batch/v1", "CronJob", app.namespace, CRON_JOB)
    seen = {stand_in}
    everywhere = _everywhere(expected)
    for obj in app.objects:
        key = _id(obj)
        if key in seen:
            yield Difference(obj, (), f"{obj!r} is there twice")
            continue
        seen.add(key)
        if obj.kind == "SealedSecret" and obj.name == "app":
            yield from _added(app, _without(obj, everywhere))  # the baseline's is a stand-in
        elif obj.kind == "CronJob" and obj.name in app.cron_jobs and stand_in in expected:
            yield from _object(app, obj, _called(expected[stand_in], obj.name))
        elif key in expected and _is_config(obj):
            if _more_than_data(_without(obj, everywhere)):
                yield Difference(obj, (), f"{obj!r} differs in more than its data")
        elif key in expected:
            if obj.data != expected[key].data:
                yield from _object(app, obj, renamed(expected[key].data, hashed))
        else:
            yield from _added(app, _without(obj, everywhere))
    for key, obj in expected.items():
        if key not in seen:
            yield Difference(None, (), f"{obj!r} is gone, which every app with these components has")


def _everywhere(expected: dict[tuple, Object]) -> dict[str, dict]:
    """Return the labels and annotations that the platform's kustomization puts on every object.

    The library's own ConfigMap of the configuration has none: what it has in the baseline is the platform's.
    """
    [config] = [obj for obj in expected.values() if _is_config(obj)] or [Object({})]
    return {field: config.mapping("metadata", field) for field in ("labels", "annotations")}


def _without(obj: Object, everywhere: dict[str, dict]) -> Object:
    """Return an object without the labels and annotations that every one has."""
    metadata = dict(obj.mapping("metadata"))
    for field, pairs in everywhere.items():
        if pairs and isinstance(own := metadata.get(field), dict):
            kept = {key: value for key, value in own.items() if pairs.get(key) != value}
            metadata |= {field: kept}
            if not kept:
                del metadata[field]
    return Object({**obj.data, "metadata": metadata})


def _more_than_data(obj: Object, *further: str) -> bool:
    known = {"apiVersion", "kind", "metadata", "data", *further}
    return not known.issuperset(obj.data) or not {"name", "namespace"}.issuperset(obj.mapping("metadata"))


def _is_config(obj: Object) -> bool:
    return obj.kind == "ConfigMap" and obj.plain_name == "app-config"


def _called(stand_in: Object, name: str) -> dict:
    """Return the baseline's CronJob under the name of one of the customer's."""
    return {**stand_in.data, "metadata": {**stand_in.data["metadata"], "name": name}}


def _id(obj: Object) -> tuple[str, str, str, str]:
    name = obj.plain_name if obj.kind == "ConfigMap" else obj.name
    return (obj.api_version, obj.kind, obj.namespace, name)


def _added(app: App, obj: Object) -> Iterator[Difference]:
    """An object that the baseline lacks: a SealedSecret, or a generated ConfigMap."""
    if obj.namespace != app.namespace:
        yield Difference(obj, ("metadata", "namespace"), f"{obj!r} is in the namespace {obj.namespace or 'of no app'}")
    elif obj.kind == "SealedSecret":
        for wrong in customer_fields.section("objects")[obj.kind].errors(obj.data):
            where = ".".join(map(str, wrong.pointer))
            yield Difference(obj, wrong.pointer, f"{obj!r}: {where}: {wrong.message}", wrong.hint or "")
    elif obj.kind == "ConfigMap" and obj.name in app.hashed_names:
        if _more_than_data(obj, "binaryData"):
            yield Difference(obj, (), f"{obj!r} has more than data")
    else:
        yield Difference(obj, (), f"{obj!r} isn't a customer's to add")


def _object(app: App, obj: Object, expected: dict) -> Iterator[Difference]:
    target = customer_fields.pod(f"{obj.kind}/{obj.name}", app.features)
    tree = customer_fields.tree(target, app.features) if target else None
    walk = _Walk(app, obj, tree, target)
    yield from walk.compare(renamed(obj.data, app.hashed_names), expected, (), ())


class _Walk:
    """One object's comparison."""

    def __init__(self, app: App, obj: Object, tree: customer_fields.Node | None, target: str) -> None:
        self.app = app
        self.obj = obj
        self.tree = tree
        self.images = {(*base, "image") for base in customer_fields.owned(target, app.features)} if tree else set()

    def compare(self, real: Any, expected: Any, at: Named, pointer: Pointer) -> Iterator[Difference]:
        """Yield what differs below `at` (named) / `pointer` (in the real object)."""
        if real == expected:
            return
        node = customer_fields.at(self.tree, at)
        if node is not None and node.field:
            yield from self.judge(node, real, at, pointer)
        elif isinstance(real, dict) and isinstance(expected, dict):
            for key in (*real, *(key for key in expected if key not in real)):
                inner = real.get(key, _MISSING)
                yield from self.compare(inner, expected.get(key, _MISSING), (*at, str(key)), (*pointer, key))
        elif isinstance(real, list) and isinstance(expected, list) and (at and _has_keys(at[-1])):
            yield from self.named(real, expected, at, pointer)
        elif isinstance(real, list) and isinstance(expected, list) and node is not None and "*" in node.children:
            for index, item in enumerate(real):
                if item not in expected:
                    yield from self.judge(node.children["*"], item, (*at, str(index)), (*pointer, index))
        else:
            yield from self.judge(node, real, at, pointer)

    def named(self, real: list, expected: list, at: Named, pointer: Pointer) -> Iterator[Difference]:
        indexes = self.keyed(real, at[-1])
        others = self.keyed(expected, at[-1])
        kept = [key for key in indexes if key in others]
        if at[-1] in _ORDERED and kept != [key for key in others if key in indexes]:
            hint = "change it by operations, - {op: replace, path: ...}: a merge puts what it names in front"
            yield Difference(self.obj, pointer, f"{self.obj!r}: {at[-1]} are in another order: {', '.join(kept)}", hint)
        for key in (*indexes, *(key for key in others if key not in indexes)):
            item = real[indexes[key]] if key in indexes else _MISSING
            inner = (*pointer, indexes[key]) if key in indexes else pointer
            yield from self.compare(item, expected[others[key]] if key in others else _MISSING, (*at, key), inner)

    def keyed(self, items: list, key: str) -> dict[str, int]:
        """Return name -> index; an item that has no name, or another's, gets a key of its own."""
        result: dict[str, int] = {}
        for index, item in enumerate(items):
            name = item_key(key, item)
            result[name if name is not None and name not in result else f"{name}#{index}"] = index
        return result

    def judge(self, node: customer_fields.Node | None, real: Any, at: Named, pointer: Pointer) -> Iterator[Difference]:
        where = f"{self.obj!r}: {pods.short('.'.join(at))}"
        if at in self.images and isinstance(real, str):
            return
        if node is not None and real is _MISSING and customer_fields.removable(node):
            return
        if node is not None and real is not _MISSING:
            for refused in customer_fields.refusals(node, (), real):
                inner = ".".join((where, *refused.pointer))
                yield Difference(self.obj, pointer, f"{inner}: {refused.message}", refused.hint or "")
            return
        what = "is gone" if real is _MISSING else "isn't a customer's to set"
        yield Difference(self.obj, pointer, f"{where} {what}")


def _has_keys(name: str) -> bool:
    return name in POD_LISTS and POD_LISTS[name].key is not None
