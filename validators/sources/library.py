"""The library: base/ and the components, each read on its own and once for all apps."""

from functools import cached_property

from . import effects, inventory, writes
from .effects import Effects
from .folder import KUSTOMIZATION, Folder, component_folder
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
