"""What differs between two renders of an app: sizes first, then objects, then other fields."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..app.app import App
from ..ownership.sized import SIZE_KEYS
from ..policy.list_keys import item_key
from ..render.hashes import renamed
from ..render.objects import Object

SIZE, OBJECT, FIELD = "size", "object", "field"
_ORDER = (SIZE, OBJECT, FIELD)
# Under these, a key is a customer's word and no field of Kubernetes.
_FREE = frozenset({"data", "stringData", "encryptedData", "annotations", "labels", "matchLabels"})
_SHOWN_BY = ("alert", "type", "host", "path")
"""What names an item to people where it has no key of its own: by it, an item that moves is no change."""
_ABSENT = None


class Change(NamedTuple):
    """One value that differs. `before` and `after` are None where there is none; an object has no `field`."""

    what: str
    object: str
    field: str
    before: Any
    after: Any


def compare(before: App, after: App) -> list[Change]:
    """Return what differs from one render to the other, sizes first."""
    old, new = _plain_objects(before), _plain_objects(after)
    changes: list[Change] = []
    for name in (*old, *(name for name in new if name not in old)):
        if name in old and name in new:
            if repr(old[name]) != repr(new[name]):  # most are the same, and a text is compared sooner than fields
                changes += _fields(name, old[name], new[name], ())
        else:
            changes.append(Change(OBJECT, name, "", *(("present", _ABSENT) if name in old else (_ABSENT, "present"))))
            changes += _sizes(name, old.get(name), new.get(name), ())
    return sorted(changes, key=lambda change: _ORDER.index(change.what))


def _plain_objects(app: App) -> dict[str, Any]:
    """Return the objects by name, with the plain names of generated ConfigMaps everywhere."""
    return {_name(app, obj): renamed(obj.data, app.hashed_names) for obj in app.objects}


def _name(app: App, obj: Object) -> str:
    outside = f" in {obj.namespace}" if obj.namespace not in ("", app.namespace) else ""
    return f"{obj.kind}/{obj.plain_name}{outside}"


def _fields(name: str, old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Change]:
    """Yield the leaves that differ. A mapping or list that comes or goes is one change, and one for each size in it."""
    size = _is_size(path)
    both = _children(path, old, new) if size or not (old is _ABSENT or new is _ABSENT) else None
    if both is not None:
        for key, (left, right) in both.items():
            yield from _fields(name, left, right, (*path, key))
        return
    if old == new and type(old) is type(new):
        return
    yield Change(SIZE if size else FIELD, name, _text(path), old, new)
    if not size:
        yield from _sizes(name, old, new, path)


def _sizes(name: str, old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Change]:
    """Yield the sizes in what came or went."""
    if _is_size(path):
        yield from _fields(name, old, new, path)
    elif not (path and path[-1] in _FREE):
        for key, (left, right) in (_children(path, old, new) or {}).items():
            yield from _sizes(name, left, right, (*path, key))


def _children(path: tuple[str, ...], old: Any, new: Any) -> dict[str, tuple[Any, Any]] | None:
    """Return key -> (old, new) where there is something to descend into, None for leaves."""
    kinds = {type(value) for value in (old, new) if value is not _ABSENT}
    if kinds == {dict}:
        left, right = old or {}, new or {}
    elif kinds == {list}:
        left, right = (_keyed(path[-1] if path else "", items or []) for items in (old, new))
    else:
        return None
    return {key: (left.get(key), right.get(key)) for key in (*left, *(key for key in right if key not in left))}


def _keyed(name: str, items: list) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for index, item in enumerate(items):
        key = item_key(name, item) or _shown_by(item)
        result[f"[{key}]" if key and f"[{key}]" not in result else f"[{index}]"] = item
    return result


def _shown_by(item: Any) -> str:
    values = (item.get(key) for key in _SHOWN_BY) if isinstance(item, dict) else ()
    return next((value for value in values if isinstance(value, str)), "")


def _is_size(path: tuple[str, ...]) -> bool:
    return any(token in SIZE_KEYS for token in path) and not any(token in _FREE for token in path)


def _text(path: tuple[str, ...]) -> str:
    return ".".join(path).replace(".[", "[")


def short(value: Any, length: int = 60) -> str:
    """Return a value in one line of at most `length` characters, `-` for none."""
    if value is _ABSENT:
        return "-"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= length else f"{text[: length - 3]}..."
