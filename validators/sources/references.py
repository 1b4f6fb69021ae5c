"""Which files and folders a customer's kustomization names."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from ..app.app import resolve
from .loader import Pointer

if TYPE_CHECKING:
    from ..app.app import App


class Reference(NamedTuple):
    """A path in the kustomization: `path` from the customer's folder, or from the root where it leaves it."""

    field: str
    text: str
    path: str
    pointer: Pointer
    inside: bool


def files(app: "App") -> Iterator[Reference]:
    """Yield every path that kustomize would open: resources, components, patches, generators' files."""
    value = app.customer.kustomization.value
    if not isinstance(value, dict):
        return
    for key in ("resources", "components"):
        for index, item in enumerate(_list(value.get(key))):
            if isinstance(item, str):
                yield _reference(app, key, item, (key, index))
    for index, patch in enumerate(_list(value.get("patches"))):
        if isinstance(patch, dict) and isinstance(patch.get("path"), str):
            yield _reference(app, "patches", patch["path"], ("patches", index, "path"))
    for index, entry in enumerate(_list(value.get("configMapGenerator"))):
        for key in ("envs", "files") if isinstance(entry, dict) else ():
            for position, item in enumerate(_list(entry.get(key))):
                if isinstance(item, str):
                    path = item.rpartition("=")[2] if key == "files" else item
                    yield _reference(app, key, path, ("configMapGenerator", index, key, position))


def _reference(app: "App", field: str, text: str, pointer: Pointer) -> Reference:
    resolved = resolve(app.customer.path, text) if not text.startswith("/") else None
    prefix = f"{app.customer.path}/"
    if resolved is not None and resolved.startswith(prefix):
        return Reference(field, text, resolved.removeprefix(prefix), pointer, True)
    return Reference(field, text, resolved or text, pointer, False)


def _list(value: Any) -> list:
    return value if isinstance(value, list) else []
