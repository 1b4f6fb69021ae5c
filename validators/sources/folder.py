"""A folder of the repository as it was read: the bytes of its files, and their YAML."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import blake2b

from ..policy import limits
from . import loader
from .decoding import Problem

KUSTOMIZATION = "kustomization.yaml"
SIZING = "sizing.yaml"
COMPONENTS = "components/"
CLUSTER = "overlays/cluster"
"""The component that holds what the cluster is; each platform folder lists it first. Its own name, too."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that was not read, and why. `path` is relative to the tree's root."""

    path: str
    message: str
    hint: str = ""
    """What to do instead."""


@dataclass
class Folder:
    """What a folder holds: the bytes of its files by path inside it."""

    path: str
    files: dict[str, bytes] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    most: float = limits.FOLDER_NODES
    """Values in its YAML files; those after them are not read."""

    @cached_property
    def _loaded(self) -> dict[str, tuple[list[loader.Document], list[Problem]]]:
        return {}

    @cached_property
    def digest(self) -> str:
        """A hash of all that was read and refused, with names and lengths: no two folders have the same."""
        digest = blake2b(digest_size=20)
        for name, data in sorted(self.files.items()):
            digest.update(f"{len(name)} {len(data)} {name}\0".encode(errors="replace"))
            digest.update(data)
        for refusal in self.refused:
            digest.update(f"refused {refusal.path} {refusal.message} {refusal.hint}\0".encode(errors="replace"))
        return digest.hexdigest()

    def load(self, name: str) -> tuple[list[loader.Document], list[Problem]]:
        """Return the YAML documents of a file and their problems, parsed once."""
        if name not in self._loaded:
            self._loaded[name] = self._read(name)
        return self._loaded[name]

    def _read(self, name: str) -> tuple[list[loader.Document], list[Problem]]:
        if sum(len(document.marks) for documents, _ in self._loaded.values() for document in documents) > self.most:
            message = f"isn't read: the files before it hold more than {self.most:,} values"
            return [], [Problem(1, 1, message, "delete what isn't used", fatal=True)]
        return loader.load(self.files[name])

    def document(self, name: str) -> loader.Document:
        """Return the first YAML document of a file, an empty one where there is none."""
        documents = self.load(name)[0] if name in self.files else []
        return documents[0] if documents else loader.Document()

    @property
    def kustomization(self) -> loader.Document:
        """The folder's kustomization.yaml, empty where it has none."""
        return self.document(KUSTOMIZATION)

    @property
    def unreadable(self) -> bool:
        """Whether its kustomization.yaml can't be read at all: then that is all there is to say."""
        return KUSTOMIZATION in self.files and any(problem.fatal for problem in self.load(KUSTOMIZATION)[1])

    def listed(self, key: str) -> list[str]:
        """Return the texts in a list of the kustomization (`resources`, `components`), nothing that isn't one."""
        value = self.kustomization.value
        items = value.get(key) if isinstance(value, dict) else None
        return [item for item in items if isinstance(item, str)] if isinstance(items, list) else []

    def component_names(self) -> list[str]:
        """Return the names of the components that the kustomization lists, `async`, `hosts/2` or CLUSTER, in order;
        whatever else it lists is left out."""
        paths = [resolve(self.path, item) or "" for item in self.listed("components")]
        return [name for path in paths if (name := component_name(path))]

    def yaml_files(self) -> Iterator[str]:
        """Yield the names of the YAML files in order."""
        yield from (name for name in sorted(self.files) if name.endswith((".yaml", ".yml")))


def component_name(path: str) -> str:
    """Return the name of the component at a path from the root, "" where that is none's place."""
    return path.removeprefix(COMPONENTS) if path.startswith(COMPONENTS) else path if path == CLUSTER else ""


def component_folder(name: str) -> str:
    """Return the folder of a component, from the root."""
    return CLUSTER if name == CLUSTER else f"{COMPONENTS}{name}"


@lru_cache(4096)
def resolve(folder: str, path: str) -> str | None:
    """Return a relative path in a file of `folder` as a path from the root, None where it leaves the tree."""
    parts = [part for part in folder.split("/") if part]
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
