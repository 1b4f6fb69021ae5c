"""The library: base/ and the components, each read on its own and once for all apps."""

import posixpath
from collections.abc import Iterable, Iterator
from functools import cached_property
from hashlib import blake2b

from . import effects, inventory, writes
from .effects import Effects
from .folder import COMPONENTS, KUSTOMIZATION, Folder, component_folder, resolve
from .inventory import Inventory
from .writes import Write

BASE = "base"


class Part(Folder):
    """base, or one component without those in its folder."""

    @cached_property
    def included(self) -> list[str]:
        """The components that this one includes."""
        return self.component_names()

    @cached_property
    def inventory(self) -> Inventory:
        """What it makes; don't change it."""
        return inventory.read(self)

    @cached_property
    def effects(self) -> Effects:
        """Which objects it makes and changes."""
        return effects.read(self)

    @cached_property
    def writes(self) -> list[Write]:
        """What its files write, and where."""
        return list(writes.read(self))


class Library(Folder):
    """base/, components/ and the cluster's facts in one folder, paths from the root."""

    @cached_property
    def _parts(self) -> dict[str, Part]:
        return {}

    @cached_property
    def _inventories(self) -> dict[tuple[str, ...], Inventory]:
        return {}

    def part(self, path: str) -> Part:
        """Return `base`, or a component by its folder, `components/async`; an empty folder where there is none."""
        if path not in self._parts:
            inside = {name.removeprefix(f"{path}/"): name for name in self.files if name.startswith(f"{path}/")}
            files = {inner: self.files[name] for inner, name in inside.items() if path == BASE or "/" not in inner}
            self._parts[path] = Part(path, files)
        return self._parts[path]

    def inventory(self, paths: tuple[str, ...]) -> Inventory:
        """Return what several parts make together; don't change it."""
        if paths not in self._inventories:
            self._inventories[paths] = Inventory.joined(self.part(path).inventory for path in paths)
        return self._inventories[paths]

    @cached_property
    def common(self) -> str:
        """A hash of what every app may follow from: all files but those of components, and the names of these."""
        files = {name: b"" if name.startswith(COMPONENTS) else data for name, data in self.files.items()}
        return Folder(self.path, files, self.refused).digest

    def whole(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Return those of these folders that there are, with all that their kustomizations lead to, sorted."""
        found: set[str] = set()
        waiting = [*paths]
        while waiting:
            path = waiting.pop()
            if path not in found and f"{path}/{KUSTOMIZATION}" in self.files:
                found.add(path)
                waiting += named(self.part(path), KUSTOMIZATION)
        return tuple(sorted(found))

    def digest_of(self, paths: tuple[str, ...]) -> str:
        """Return a hash of all files in these folders."""
        if paths not in self._digests:
            found = repr([(path, self._digest(path)) for path in paths])
            self._digests[paths] = blake2b(found.encode(), digest_size=20).hexdigest()
        return self._digests[paths]

    def _digest(self, path: str) -> str:
        if path not in self._folders:
            files = {name: data for name, data in self.files.items() if name.startswith(f"{path}/")}
            self._folders[path] = Folder(path, files).digest
        return self._folders[path]

    @cached_property
    def _digests(self) -> dict[tuple[str, ...], str]:
        return {}

    @cached_property
    def _folders(self) -> dict[str, str]:
        return {}

    def holds(self, component: str) -> bool:
        """Whether there is a component of this name."""
        return f"{component_folder(component)}/{KUSTOMIZATION}" in self.files

    def included(self, component: str) -> list[str]:
        """Return the components that a component includes."""
        return self.part(component_folder(component)).included

    def closure(self, components: list[str]) -> list[str]:
        """Return those of these components that there are, with those that they include, each once, in order."""
        closure: list[str] = []
        waiting = list(components)
        while waiting:
            name = waiting.pop(0)
            if name not in closure and self.holds(name):
                closure.append(name)
                waiting += self.included(name)
        return closure


def named(folder: Folder, kustomization: str) -> Iterator[str]:
    """Yield the paths from the root of what the lists in one of a folder's kustomizations name."""
    value = folder.document(kustomization).value
    for items in value.values() if isinstance(value, dict) else ():
        for item in items if isinstance(items, list) else ():
            if isinstance(item, str) and (path := resolve(f"{folder.path}/{posixpath.dirname(kustomization)}", item)):
                yield path
