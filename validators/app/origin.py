"""Trace a value of a rendered object back to the line that says so.

kustomize can't tell (its origin annotations name every transformer that touched an object), so the files are read
again: the customer's first, then the platform's, then the library's; the longest match wins, the first of equals.
What components copy out of sizing.yaml is traced to its line there.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from ..finding import Place
from ..policy import customer_fields, sizes
from ..render.objects import Object
from ..sources import loader
from ..sources.loader import Document, Pointer
from ..sources.tree import Folder
from .app import SIZING

if TYPE_CHECKING:
    from .app import App

# By what the items of a list are told apart, as in Kubernetes' strategic merge.
_LIST_KEYS = {"volumeMounts": "mountPath"}
_NUMBERED = ("containers", "initContainers", "volumes")
"""The lists whose items a JSON patch names by their number, which stays the same to the end."""
NAMED_POINTER = tuple[str, ...]


class _Write(NamedTuple):
    """A value that a file writes: `kind` and `name` are patterns of the objects it goes into."""

    kind: re.Pattern
    name: re.Pattern
    pointer: NAMED_POINTER
    place: Place


def named(pointer: Pointer, data: Any) -> NAMED_POINTER:
    """Return `pointer` with the indexes of items that have a name replaced by it: containers/0 -> containers/web."""
    result: list[str] = []
    for token in pointer:
        try:
            item = data[token]
        except (KeyError, IndexError, TypeError):
            item = None
        if isinstance(token, int) and isinstance(item, dict):
            key = item.get(_LIST_KEYS.get(result[-1] if result else "", "name"))
            result.append(str(key) if isinstance(key, str) else str(token))
        else:
            result.append(str(token))
        data = item
    return tuple(result)


class Origins:
    """An index of everything that an app's files write."""

    def __init__(self, app: "App") -> None:
        self.app = app
        self._into: dict[tuple[str, str], list[_Write]] = {}

    @cached_property
    def writes(self) -> list["_Write"]:
        """Everything that is written, the customer's first."""
        app = self.app
        return [
            *_folder_writes(app.customer, app.customer.path),
            *_folder_writes(app.platform, app.platform.path),
            *_library_writes(app),
        ]

    def place(self, obj: Object, pointer: Pointer) -> Place:
        """Return the place of the value at `pointer` in `obj`; the app's kustomization where no file writes it."""
        wanted = named(pointer, obj.data)
        if sized := self._sized(obj, pointer, wanted):
            return sized
        numbered = tuple(
            str(token) if i and pointer[i - 1] in _NUMBERED else wanted[i] for i, token in enumerate(pointer)
        )
        matches = [
            write
            for write in self._writes_into(obj.kind, self.app.plain_name(obj))
            if write.pointer in (wanted[: len(write.pointer)], numbered[: len(write.pointer)])
        ]
        for path in sizes.of(obj.kind, obj.name):
            if path == wanted[: len(path)]:
                matches = self._who_resized(matches, len(path))
        best = max(matches, key=lambda write: len(write.pointer), default=None)
        return best.place if best else self.app.home

    def _writes_into(self, kind: str, name: str) -> list["_Write"]:
        if (kind, name) not in self._into:
            found = [write for write in self.writes if write.kind.fullmatch(kind) and write.name.fullmatch(name)]
            self._into[kind, name] = found
        return self._into[kind, name]

    def _who_resized(self, writes: list["_Write"], length: int) -> list["_Write"]:
        """Return who may have made a size other than the sizing's: who writes it, else the last who patch the object.

        The library has but placeholders for sizes.
        """
        platform, customer = (f"{folder.path}/" for folder in (self.app.platform, self.app.customer))
        own = [write for write in writes if write.place.path.startswith((platform, customer))]
        exact = [write for write in own if len(write.pointer) >= length]
        return exact or [write for write in own if write.place.path.startswith(platform)] or writes

    def _sized(self, obj: Object, pointer: Pointer, wanted: NAMED_POINTER) -> Place | None:
        """Return the place in sizing.yaml of a value that is copied from there; None for any other value."""
        for path, size in sizes.of(obj.kind, obj.name).items():
            # A value that differs from the sizing's came from elsewhere: that is where it must be found.
            if path == wanted[: len(path)] and obj.get(*pointer[: len(path)]) == self.app.size(size) is not None:
                return self.app.place_in(self.app.platform, SIZING, ("spec", *size.split("."), *pointer[len(path) :]))
        return None


def _library_writes(app: "App") -> Iterator[_Write]:
    """Yield the writes of base and of the components that the app names, with those they include."""
    from .inventory import component_closure

    kept = app.library.__dict__.setdefault("_writes", {})
    for folder in sorted({"base", *(f"components/{name}" for name in component_closure(app))}):
        if folder not in kept:
            kept[folder] = list(_folder_writes(_part(app.library, folder), folder))
        yield from kept[folder]


def _part(library: Folder, folder: str) -> Folder:
    """Return base, or one component without those in its folder."""
    part = Folder(folder)
    for path, data in library.files.items():
        inside = path.removeprefix(f"{folder}/")
        if path.startswith(f"{folder}/") and (folder == "base" or "/" not in inside):
            part.files[inside] = data
    return part


def _folder_writes(folder: Folder, path: str) -> Iterator[_Write]:
    patches = {}
    for name in folder.yaml_files():
        if name.rpartition("/")[2] == "kustomization.yaml":
            base = name.rpartition("/")[0]
            for patch, write in _kustomization_writes(folder, name, path):
                if patch:
                    patches[f"{base}/{patch}".lstrip("/")] = write
                else:
                    yield write
    for name in folder.yaml_files():
        for document in folder.load(name)[0]:
            if isinstance(document.value, list):
                yield from _json_patch(document, f"{path}/{name}", patches.get(name))
            elif isinstance(document.value, dict) and "kind" in document.value:
                yield from _object(document, f"{path}/{name}", patches.get(name))


def _kustomization_writes(folder: Folder, name: str, path: str) -> Iterator[tuple[str, _Write | None]]:
    """Yield what a kustomization writes itself, and for each of its patches' files what it is applied to, if it says."""
    document = folder.document(name)
    value = document.value if isinstance(document.value, dict) else {}
    file = f"{path}/{name}"
    for index, patch in enumerate(_items(value, "patches")):
        target = patch.get("target") if isinstance(patch.get("target"), dict) else {}
        write = _Write(
            _pattern(target.get("kind")), _pattern(target.get("name")), (), _place(document, file, ("patches", index))
        )
        if isinstance(patch.get("path"), str):
            yield patch["path"], write if target else None
        elif isinstance(patch.get("patch"), str):
            yield from (
                ("", inner) for inner in _inline(document, file, index, patch["patch"], write if target else None)
            )
    for index, entry in enumerate(_items(value, "configMapGenerator")):
        yield from (("", write) for write in _generator(folder, name, path, entry, index, document))
    for index, _ in enumerate(_items(value, "images")):
        place = _place(document, file, ("images", index))
        for base in customer_fields.every_owned():
            yield "", _Write(_ANY, _ANY, (*base, "image"), place)
    if isinstance(value.get("namespace"), str):
        yield "", _Write(_ANY, _ANY, ("metadata", "namespace"), _place(document, file, ("namespace",)))


def _inline(document: Document, file: str, index: int, text: str, write: _Write | None) -> Iterator[_Write]:
    mark = document.mark(("patches", index, "patch"))
    inner, _ = loader.load_text(text)
    for part in inner[:1]:
        shifted = shift(part, mark)
        if isinstance(part.value, list):
            yield from _json_patch(shifted, file, write)
        elif isinstance(part.value, dict):
            yield from _object(shifted, file, write)


def shift(document: Document, mark: loader.Mark) -> Document:
    """Move the marks of a document that was read out of a block scalar to where they stand in the file around it."""
    if not mark.block:
        return Document(document.value, dict.fromkeys(document.marks, mark))
    marks = {
        p: loader.Mark(m.line + mark.block - 1, m.column + mark.column + 1, m.block) for p, m in document.marks.items()
    }
    return Document(document.value, marks)


def _generator(folder: Folder, name: str, path: str, entry: dict, index: int, document: Document) -> Iterator[_Write]:
    """Yield a write for each key of a generated ConfigMap: a line of an env file, a literal, a file."""
    kind, label = re.compile("ConfigMap"), _exact(entry.get("name"))
    base = name.rpartition("/")[0]
    yield _Write(kind, label, (), _place(document, f"{path}/{name}", ("configMapGenerator", index)))
    for env in (item for item in _texts(entry, "envs")):
        data = folder.files.get(f"{base}/{env}".lstrip("/"), b"").decode(errors="replace")
        for number, line in enumerate(data.splitlines(), 1):
            yield _Write(kind, label, ("data", line.partition("=")[0].strip()), Place(f"{path}/{env}", number))
    for position, literal in enumerate(_texts(entry, "literals")):
        place = _place(document, f"{path}/{name}", ("configMapGenerator", index, "literals", position))
        yield _Write(kind, label, ("data", literal.partition("=")[0]), place)
    for position, item in enumerate(_texts(entry, "files")):
        place = _place(document, f"{path}/{name}", ("configMapGenerator", index, "files", position))
        yield _Write(kind, label, ("data", item.partition("=")[0].rpartition("/")[2]), place)


def _object(document: Document, file: str, write: _Write | None) -> Iterator[_Write]:
    metadata = document.value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    kind = write.kind if write else _exact(document.value.get("kind"))
    label = write.name if write else _exact(name)
    for pointer, mark in document.marks.items():
        yield _Write(kind, label, named(pointer, document.value), Place(file, mark.line, mark.column))


def _json_patch(document: Document, file: str, write: _Write | None) -> Iterator[_Write]:
    for index, op in enumerate(document.value):
        if not isinstance(op, dict) or not isinstance(op.get("path"), str):
            continue
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in op["path"].split("/")[1:]]
        value = op.get("value")
        key = (
            value.get(_LIST_KEYS.get(tokens[-2] if len(tokens) > 1 else "", "name"))
            if isinstance(value, dict)
            else None
        )
        if tokens and (tokens[-1] == "-" or tokens[-1].isdigit()) and isinstance(key, str):
            tokens[-1] = key
        place = _place(document, file, (index,))
        yield _Write(write.kind if write else _ANY, write.name if write else _ANY, tuple(tokens), place)


_ANY = re.compile(r".*")


def _exact(value: Any) -> re.Pattern:
    return re.compile(re.escape(value)) if isinstance(value, str) else _ANY


def _pattern(value: Any) -> re.Pattern:
    """kustomize matches targets as regular expressions; only alternatives of plain names are taken as such here."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9|-]{1,200}", value):
        return re.compile(value)
    return _exact(value)


def _items(value: dict, key: str) -> list[dict]:
    items = value.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _texts(value: dict, key: str) -> list[str]:
    items = value.get(key)
    return [item for item in items if isinstance(item, str)] if isinstance(items, list) else []


def _place(document: Document, file: str, pointer: Pointer) -> Place:
    mark = document.mark(pointer)
    return Place(file, mark.line, mark.column)
