"""What the files of a folder write into which objects, and where: an index from values to lines.

kustomize can't tell (its origin annotations name every transformer that touched an object), so the files are read again.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from ..finding import Place
from ..policy import customer_fields
from ..policy.list_keys import item_key
from . import loader
from .folder import Folder
from .loader import Document, Pointer

Named = tuple[str, ...]
"""A pointer with list items by name: spec, template, spec, containers, web, image."""


class Write(NamedTuple):
    """A value that a file writes: `kind` and `name` are patterns of the objects it goes into."""

    kind: re.Pattern
    name: re.Pattern
    pointer: Named
    place: Place


def named(pointer: Pointer, data: Any) -> Named:
    """Return `pointer` with the indexes of items that have a name replaced by it: containers/0 -> containers/web."""
    result: list[str] = []
    for token in pointer:
        try:
            item = data[token]
        except (KeyError, IndexError, TypeError):
            item = None
        key = item_key(result[-1] if result else "", item) if isinstance(token, int) else None
        result.append(str(token) if key is None else key)
        data = item
    return tuple(result)


def read(folder: Folder) -> Iterator[Write]:
    """Yield everything that the files of a folder write."""
    path = folder.path
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


def _kustomization_writes(folder: Folder, name: str, path: str) -> Iterator[tuple[str, Write | None]]:
    """Yield what a kustomization writes itself, and for each of its patches' files what it is applied to, if it says."""
    document = folder.document(name)
    value = document.value if isinstance(document.value, dict) else {}
    file = f"{path}/{name}"
    for index, patch in enumerate(_items(value, "patches")):
        target = patch.get("target") if isinstance(patch.get("target"), dict) else {}
        write = Write(
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
            yield "", Write(_ANY, _ANY, (*base, "image"), place)
    if isinstance(value.get("namespace"), str):
        yield "", Write(_ANY, _ANY, ("metadata", "namespace"), _place(document, file, ("namespace",)))


def _inline(document: Document, file: str, index: int, text: str, write: Write | None) -> Iterator[Write]:
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
        return Document(document.value, dict.fromkeys(document.marks, mark), document.written)
    marks = {
        p: loader.Mark(m.line + mark.block - 1, m.column + mark.column + 1, m.block) for p, m in document.marks.items()
    }
    return Document(document.value, marks, document.written)


def _generator(folder: Folder, name: str, path: str, entry: dict, index: int, document: Document) -> Iterator[Write]:
    """Yield a write for each key of a generated ConfigMap: a line of an env file, a literal, a file."""
    kind, label = re.compile("ConfigMap"), _exact(entry.get("name"))
    base = name.rpartition("/")[0]
    yield Write(kind, label, (), _place(document, f"{path}/{name}", ("configMapGenerator", index)))
    for env in (item for item in _texts(entry, "envs")):
        data = folder.files.get(f"{base}/{env}".lstrip("/"), b"").decode(errors="replace")
        for number, line in enumerate(data.splitlines(), 1):
            yield Write(kind, label, ("data", line.partition("=")[0].strip()), Place(f"{path}/{env}", number))
    for position, literal in enumerate(_texts(entry, "literals")):
        place = _place(document, f"{path}/{name}", ("configMapGenerator", index, "literals", position))
        yield Write(kind, label, ("data", literal.partition("=")[0]), place)
    for position, item in enumerate(_texts(entry, "files")):
        place = _place(document, f"{path}/{name}", ("configMapGenerator", index, "files", position))
        yield Write(kind, label, ("data", item.partition("=")[0].rpartition("/")[2]), place)


def _object(document: Document, file: str, write: Write | None) -> Iterator[Write]:
    metadata = document.value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    kind = write.kind if write else _exact(document.value.get("kind"))
    label = write.name if write else _exact(name)
    for pointer, mark in document.marks.items():
        yield Write(kind, label, named(pointer, document.value), Place(file, mark.line, mark.column))


def _json_patch(document: Document, file: str, write: Write | None) -> Iterator[Write]:
    for index, op in enumerate(document.value):
        if not isinstance(op, dict) or not isinstance(op.get("path"), str):
            continue
        tokens = [token.replace("~1", "/").replace("~0", "~") for token in op["path"].split("/")[1:]]
        value = op.get("value")
        key = item_key(tokens[-2] if len(tokens) > 1 else "", value)
        if tokens and (tokens[-1] == "-" or tokens[-1].isdigit()) and key is not None:
            tokens[-1] = key
        kind, label = (write.kind, write.name) if write else (_ANY, _ANY)
        yield Write(kind, label, tuple(tokens), _place(document, file, (index,)))
        for pointer, mark in document.marks.items():
            if pointer[:2] == (index, "value") and len(pointer) > 2:
                inner = (*tokens, *named(pointer[2:], value))
                yield Write(kind, label, inner, Place(file, mark.line, mark.column))


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
