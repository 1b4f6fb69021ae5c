"""The repository as the checks see it: which apps there are, and their folders."""

import os
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from . import app_file, project, rings, stat_digest
from .folder import KUSTOMIZATION, Folder, Refusal
from .library import Library
from .rings import Problem, Rings
from .walk import read
from .zones import ARGOCD, CUSTOMERS, TreeError, Zones, on_disk

EXAMPLE = "example"
"""The customer of the worked examples, whose apps ArgoCD leaves out."""
NAME = re.compile(r"[a-z]([a-z0-9-]{0,59}[a-z0-9])?\Z")
"""Of a customer and an app: an RFC 1123 label, as new-app makes them."""


class Tree:
    """A checkout of the repository at `root`, or a copy that has the same folders."""

    is_customers = False
    """Whether it is a customer's own repository, with no other files at hand than the customer's."""
    changed: frozenset[str] | None = None
    """The apps that have changed since the last commit, where the tree knows; else git is asked."""

    def __init__(self, root: Path, library: Path | None = None, repository: Path | None = None) -> None:
        """`library`: where another version of it lies, a ring's, that renders the apps in place of the tree's own.
        `repository`: the git repository whose commit was written to `root`, where it isn't one itself."""
        self.root = root.resolve()
        self.repository = repository.resolve() if repository else self.root
        self.library_root = library.resolve() if library else self.root
        if not (self.root / "base").is_dir():
            raise TreeError(f"{root}: no folder base/ here: run this at the root of the repository, or give --root")

    @property
    def identity(self) -> tuple:
        """What tells it from other trees."""
        return (self.root, self.library_root, self.repository)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tree) and (type(self), self.identity) == (type(other), other.identity)

    def __hash__(self) -> int:
        return hash(self.identity)

    def __reduce__(self) -> tuple:
        """Other processes get where it is, not what was read of it."""
        return type(self), (self.root, self.library_root, self.repository)

    def with_library(self, library: Path) -> "Tree":
        """Return the same tree with another version of the library, whose files are in a folder."""
        return type(self)(self.root, library, self.repository)

    @classmethod
    def around(cls, path: Path) -> "Tree":
        """Return the tree that holds `path`: the nearest parent with the folders base/ and overlays/.

        Raises TreeError where there is none.
        """
        path = path.resolve()
        for parent in (path, *path.parents):
            if (parent / "base").is_dir() and (parent / "overlays").is_dir():
                return cls(parent)
        if (path / KUSTOMIZATION).is_file():
            example = "args: [--customer=CUSTOMER/APP] in .pre-commit-config.yaml"
            raise TreeError(
                f"{path}: is a customer's own repository: write --customer=CUSTOMER/APP, in a hook {example}, "
                "with the names that the platform gave the app"
            )
        raise TreeError(f"{path}: is in no repository with base/ and overlays/: give --root")

    @cached_property
    def zones(self) -> Zones:
        """Where its zones lie. Raises TreeError where that can't be told."""
        return on_disk(self.root)

    @cached_property
    def library(self) -> Library:
        """base/ and components/ in one folder, paths from the root.

        What says what the cluster lets a customer have, and which rings there are, is of now, whatever ring renders the app.
        """
        library = Library("")
        for name in self.zones.library:
            theirs = self.library_root != self.root and name != self.zones.project
            part = read(self.library_root / name, name, unlimited=True) if theirs else self.read(name, unlimited=True)
            library.files.update({f"{name}/{path}": data for path, data in part.files.items()})
            library.refused += part.refused
        if self._rings_file is not None:
            library.files[self.zones.rings_file] = self._rings_file
        if self.library_root != self.root:
            ours, theirs = self.zones.project_file, self.library_root / on_disk(self.library_root).project_file
            if theirs.is_file() and ours in library.files:
                library.files[ours] = project.joined([library.files[ours], theirs.read_bytes()])
        return library

    @cached_property
    def _rings_file(self) -> bytes | None:
        try:
            return self.file(self.zones.rings_file)
        except OSError:
            return None

    @cached_property
    def rings(self) -> Rings | None:
        """The rings; None where there are none, or where rings.yaml can't be read: then a rule says why."""
        return self._read_rings[0]

    @property
    def ring_problems(self) -> list[Problem]:
        """What is wrong in rings.yaml."""
        return self._read_rings[1]

    @cached_property
    def _read_rings(self) -> tuple[Rings | None, list[Problem]]:
        return rings.read(self._rings_file) if self._rings_file is not None else (None, [])

    def ring_of(self, name: str) -> str:
        """Return the name of the ring that an app is in; empty where its platform folder names none."""
        try:
            return app_file.ring_named(self.file(f"{self.zones.platform}/{name}/{app_file.NAME}"))
        except OSError:
            return ""

    def file(self, path: str) -> bytes:
        """Return a file of the platform's. Raises OSError where there is none."""
        return (self.root / path).read_bytes()

    def app_names(self) -> list[str]:
        """Return the names `customer/app` of all apps in either zone, sorted."""
        names = set()
        for zone in (CUSTOMERS, self.zones.platform):
            for customer in self._folders(zone):
                if customer != ARGOCD:
                    names.update(f"{customer}/{app}" for app in self._folders(f"{zone}/{customer}"))
        return sorted(names)

    def stray(self) -> Iterator[Refusal]:
        """Yield what lies beside the apps' folders in the customers' zone, where nothing may, and links anywhere beside
        apps' folders: one that leads out of the repository stops all apps in it."""
        yield from self.library.refused
        platform = self.zones.platform
        for path in ("overlays", CUSTOMERS, platform):
            if os.path.islink(f"{self.root}/{path}"):  # noqa: PTH114 - Paths here take a hook 2 ms more
                yield Refusal(path, "is a symbolic link", "make it a folder")
        for customer in self._entries(platform):
            path = f"{platform}/{customer.name}"
            inside = [] if customer.is_symlink() else self._entries(path)
            for entry in [customer, *inside] if customer.name != ARGOCD else ():
                if entry.is_symlink():
                    below = f"{path}/{entry.name}" if entry is not customer else path
                    yield Refusal(below, "is a symbolic link", "make it a folder")
        for customer in self._entries(CUSTOMERS):
            path = f"{CUSTOMERS}/{customer.name}"
            if customer.is_symlink():
                yield Refusal(path, "is a symbolic link", "make it a folder")
            elif not customer.is_dir(follow_symlinks=False):
                if customer.name != "README.md":
                    yield Refusal(path, "belongs to no app", "move it into <customer>/<app>/ or delete it")
            elif customer.name == ARGOCD:
                yield Refusal(path, f"is the name of {self.zones.argocd}, no customer's", "take another")
            elif not NAME.match(customer.name):
                yield Refusal(path, "isn't a name for a customer", "use a-z, 0-9 and -, a letter first")
            else:
                yield from self._stray_apps(path)

    def _stray_apps(self, path: str) -> Iterator[Refusal]:
        for app in self._entries(path):
            inside = f"{path}/{app.name}"
            if app.is_symlink():
                yield Refusal(inside, "is a symbolic link", "make it a folder")
            elif not app.is_dir(follow_symlinks=False):
                if app.name != "README.md":
                    yield Refusal(inside, "belongs to no app", "move it into an app's folder or delete it")
            elif not NAME.match(app.name):
                yield Refusal(inside, "isn't a name for an app", "use a-z, 0-9 and -, a letter first")

    def read(self, path: str, *, unlimited: bool = False) -> Folder:
        """Return the folder at `path` (relative to the root) with its files' bytes; an absent one is empty.

        `unlimited` is for folders that we wrote ourselves.
        """
        return read(self.root / path, path, unlimited=unlimited)

    def stat_digest(self, path: str) -> str | None:
        """Return the stat digest of the folder at `path`: while it is the same, so is what read() returns."""
        return stat_digest.of(f"{self.root}/{path}")

    def shown(self, path: str) -> str:
        """Return a finding's path as its reader knows it."""
        return path

    def _entries(self, path: str) -> list[os.DirEntry]:
        try:
            with os.scandir(f"{self.root}/{path}") as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError:
            return []

    def _folders(self, path: str) -> list[str]:
        if os.path.islink(f"{self.root}/{path}"):  # noqa: PTH114 - Paths here take a hook 2 ms more
            return []
        return [e.name for e in self._entries(path) if e.is_dir(follow_symlinks=False) and NAME.match(e.name)]
