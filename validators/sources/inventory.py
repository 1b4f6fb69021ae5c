"""What a kustomization makes, read from its files without kustomize: objects, and the values that they write."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from . import values
from .folder import KUSTOMIZATION, Folder
from .loader import load_text
from .secrets import SECRET_KEYS, named


class Id(NamedTuple):
    """What tells objects apart: the API group's version counts, because another version is another object's schema."""

    api_version: str
    kind: str
    name: str


@dataclass
class Inventory:
    """The objects that a set of components makes, and every value that their files write, by key."""

    objects: set[Id] = field(default_factory=set)
    deleted: set[Id] = field(default_factory=set)
    volumes: list[dict] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    """The names of the Secrets that the files refer to."""
    literals: dict[str, list[Any]] = field(default_factory=dict)
    """The values that this one's own files write."""
    parts: list["Inventory"] = field(default_factory=list)

    @classmethod
    def joined(cls, inventories: Iterable["Inventory"]) -> "Inventory":
        """Return what several make together."""
        total = cls()
        for inventory in inventories:
            total.add(inventory)
        return total

    def add(self, other: "Inventory") -> None:
        """Take another inventory in, which mustn't change any more."""
        self.objects |= other.objects
        self.deleted |= other.deleted
        self.volumes += other.volumes
        self.secrets |= other.secrets
        self.parts.append(other)

    def values(self, key: str) -> Iterator[Any]:
        """Yield the values that the files write under a key."""
        yield from self.literals.get(key, ())
        for part in self.parts:
            yield from part.values(key)

    @property
    def expected(self) -> set[Id]:
        """The objects that must be there."""
        return self.objects - self.deleted


def read(folder: Folder, prefix: str = "") -> Inventory:
    """Return what the kustomization at `prefix` in a folder makes; folders below it that it lists are part of it."""
    result = Inventory()
    value = folder.document(f"{prefix}{KUSTOMIZATION}").value
    for item in (text.rstrip("/") for text in values.texts(value, "resources")):
        if f"{prefix}{item}" in folder.files:
            for document in folder.load(f"{prefix}{item}")[0]:
                _object(document.value, result)
        elif f"{prefix}{item}/{KUSTOMIZATION}" in folder.files:
            result.add(read(folder, f"{prefix}{item}/"))
    for entry in values.mappings(value, "configMapGenerator"):
        result.objects.add(Id("v1", "ConfigMap", str(entry.get("name"))))
    for patch in values.mappings(value, "patches"):
        path, text = f"{prefix}{patch.get('path')}", patch.get("patch")
        documents = folder.load(path)[0] if path in folder.files else []
        if isinstance(text, str):
            documents, _ = load_text(text)
        for document in documents:
            _patch(document.value, result)
    return result


def _object(value: Any, result: Inventory) -> None:
    metadata = values.mapping(value, "metadata")
    if metadata and values.mapping(metadata, "annotations").get("config.kubernetes.io/local-config") != "true":
        result.objects.add(Id(str(value.get("apiVersion")), str(value.get("kind")), str(metadata.get("name"))))
        _literals(value, result)


def _patch(value: Any, result: Inventory) -> None:
    if isinstance(value, dict) and value.get("$patch") == "delete":
        name = str(values.mapping(value, "metadata").get("name"))
        result.deleted.add(Id(str(value.get("apiVersion")), str(value.get("kind")), name))
    for op in value if isinstance(value, list) else []:
        if isinstance(op, dict) and "value" in op:
            key = next((t for t in reversed(str(op.get("path")).split("/")) if t != "-" and not t.isdigit()), "")
            _literals(
                {key: [op["value"]] if key == "volumes" and isinstance(op["value"], dict) else op["value"]}, result
            )
    if isinstance(value, dict):
        _literals(value, result)


def _literals(value: Any, result: Inventory) -> None:
    for key, inner in _items(value):
        if isinstance(key, str):
            result.literals.setdefault(key, []).append(inner)
            if key == "volumes" and isinstance(inner, list):
                result.volumes += [volume for volume in inner if isinstance(volume, dict)]
            if key in SECRET_KEYS:
                result.secrets |= {name for name, _ in named({key: inner})}


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from _items(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _items(inner)
