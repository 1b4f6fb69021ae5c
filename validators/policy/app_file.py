"""What may stand in app.yaml of a platform folder: app-file.yaml, and what is wrong with a document held against it."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import yaml

from .customer_fields import Field, make_field
from .guess import near

NAME = "app.yaml"
RING = "stable"
"""The ring of an app for which nobody has chosen one."""
MOVE = "spec.move"
MOVING = ("planned", "rehearsed")
"""The states of a move in which visitors are still served by the VM."""
ARRIVED = ("moved", "done")
"""Those in which they are served here; `done`: the VM is gone."""
_FILE = Path(__file__).resolve().parent / "app-file.yaml"
_ALONE = "spec.pinned"
_NEEDS = "spec.repository"
_DAY = ("spec", "pinned", "until")


class Wrong(NamedTuple):
    """What is wrong at a pointer of the document, and what to write instead."""

    pointer: tuple[str | int, ...]
    message: str
    hint: str


class _Entry(NamedTuple):
    field: Field
    optional: bool


@cache
def fields() -> dict[str, _Entry]:
    """Return what may stand in the file, by dotted path."""
    data = yaml.load(_FILE.read_bytes(), Loader=yaml.CSafeLoader)
    return {path: _Entry(make_field(entry), entry.get("optional", False)) for path, entry in data.items()}


def problems(document: object) -> Iterator[Wrong]:
    """Yield what is wrong with a document; nothing for one that can be relied on."""
    if not isinstance(document, dict):
        yield Wrong((), "isn't a document of kind App", "run make app-files in a tree without it, and fill it in")
        return
    yield from _within(document, ())
    spec = document.get("spec")
    if isinstance(spec, dict) and "pinned" in spec and "repository" not in spec:
        yield Wrong(("spec", "pinned"), f"{_ALONE} is of no use without {_NEEDS}", "write the repository, or delete it")


def _within(value: dict, at: tuple[str, ...]) -> Iterator[Wrong]:
    known = _children(at)
    for key in value:
        if key not in known:
            likely = near(str(key), known)
            hint = f"did you mean {likely}?" if likely else f"delete it: there are {', '.join(known)}"
            yield Wrong((*at, str(key)), f"{_dotted((*at, str(key)[:40]))} is no field of {NAME}", hint)
    for key in known:
        pointer = (*at, key)
        entry = fields().get(_dotted(pointer))
        if key in value and entry:
            for where, message in _errors(pointer, entry.field, value[key]):
                yield Wrong(where, f"{_dotted(where)}: {message}", f"write {entry.field.write}")
        elif key in value and not isinstance(value[key], dict):
            yield Wrong(
                pointer, f"{_dotted(pointer)} holds no fields", f"write {', '.join(_children(pointer))} below it"
            )
        elif key in value:
            yield from _within(value[key], pointer)
        elif entry and not entry.optional:
            yield Wrong(at, f"{_dotted(pointer)} is missing", f"write {entry.field.write}")
        elif not entry and pointer in (("metadata",), ("spec",)):
            yield from _within({}, pointer)


def _errors(pointer: tuple[str, ...], field: Field, value: object) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield where a value isn't what a field may hold, and why."""
    found = [((*pointer, *wrong.pointer), wrong.message) for wrong in field.errors(value)]
    if not found and pointer == _DAY:
        try:
            date.fromisoformat(str(value))
        except ValueError:
            found = [(pointer, f"{value} is no day")]
    yield from found


def _children(at: tuple[str, ...]) -> list[str]:
    """Return the keys that may stand at a pointer, in order."""
    depth = len(at)
    paths = [tuple(path.split(".")) for path in fields()]
    return list(dict.fromkeys(path[depth] for path in paths if path[:depth] == at and len(path) > depth))


def _dotted(pointer: tuple[str | int, ...]) -> str:
    return ".".join(map(str, pointer))
