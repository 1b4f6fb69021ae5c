"""Which files and folders a customer's kustomization names."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..policy import limits
from . import values
from .folder import Folder, resolve
from .loader import Pointer


class Reference(NamedTuple):
    """A path in the kustomization: `path` from the customer's folder, or from the root where it leaves it."""

    field: str
    text: str
    path: str
    pointer: Pointer
    inside: bool


def files(customer: Folder) -> Iterator[Reference]:
    """Yield every path that kustomize would open: resources, components, patches, generators' files."""
    value = customer.kustomization.value
    for key in ("resources", "components"):
        for index, item in enumerate(_read(value, key)):
            if isinstance(item, str):
                yield _reference(customer, key, item, (key, index))
    for index, patch in enumerate(_read(value, "patches")):
        if isinstance(patch, dict) and isinstance(patch.get("path"), str):
            yield _reference(customer, "patches", patch["path"], ("patches", index, "path"))
    for index, entry in enumerate(_read(value, "configMapGenerator")):
        for key in ("envs", "files") if isinstance(entry, dict) else ():
            for position, item in enumerate(_read(entry, key)):
                if isinstance(item, str):
                    path = item.rpartition("=")[2] if key == "files" else item
                    yield _reference(customer, key, path, ("configMapGenerator", index, key, position))


def objects(customer: Folder, kind: str) -> frozenset[str]:
    """Return the names of the objects of a kind that the files under `resources` hold."""
    names = set()
    for path in {one.path for one in files(customer) if one.field == "resources" and one.inside}:
        for document in customer.load(path)[0] if path in customer.files else ():
            name = values.mapping(document.value, "metadata").get("name")
            if isinstance(name, str) and document.value.get("kind") == kind:
                names.add(name)
    return frozenset(names)


def _reference(customer: Folder, field: str, text: str, pointer: Pointer) -> Reference:
    resolved = resolve(customer.path, text) if not text.startswith("/") else None
    prefix = f"{customer.path}/"
    if resolved is not None and resolved.startswith(prefix):
        return Reference(field, text, resolved.removeprefix(prefix), pointer, True)
    return Reference(field, text, resolved or text, pointer, False)


def inside(folder: Folder, text: str) -> str | None:
    """Return the path in the folder of what a text names, `more.env` for `a/../more.env`; None where it leads out."""
    found = _reference(folder, "", text, ())
    return found.path if found.inside else None


def _read(value: Any, key: str) -> list:
    """Return what is read of a list: not what is over the limit, which is refused as too long."""
    return values.items(value, key)[: limits.LIST_ITEMS]
