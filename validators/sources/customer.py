"""A customer's own repository: one app's folder and nothing else, held against the library that came with this package.

The platform's folder is a stand-in: what an app really gets, only the platform knows, and the facts of the app, where
promotion has put them into the repository. All else is as on the platform, and so is the verdict.
"""

import os
import shutil
import subprocess
import tempfile
from functools import cached_property
from pathlib import Path

import yaml

from ..policy import customer_fields, limits
from . import app_facts, plumbing, references, stand_in
from .app_facts import AppFacts
from .folder import CLUSTER, KUSTOMIZATION, Folder, Refusal
from .library import Library
from .tree import NAME, Tree
from .walk import read
from .zones import OVERLAYS, TreeError

_PACKAGE = Path(__file__).resolve().parents[1]


def library_root() -> Path:
    """Return where the library is: in the installed package, or around it in a checkout."""
    packaged = _PACKAGE / "library"
    return packaged if packaged.is_dir() else _PACKAGE.parent


class CustomerTree(Tree):
    """A tree with one app: its customer's files are those of `folder`, its platform's are stand-ins."""

    is_customers = True

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(library_root())
        parts = name.split("/")
        if len(parts) != 2 or not all(NAME.match(part) for part in parts):
            raise TreeError(f"--customer {name}: write CUSTOMER/APP, with the names that the platform gave the app")
        if not folder.is_dir():
            raise TreeError(f"{folder}: is no folder")
        self.name = name
        self.folder = folder
        self.facts = self._facts()

    def _facts(self) -> AppFacts | None:
        """Return the facts of the app, None where promotion hasn't put them here, or they are another's."""
        found = facts_in(self.folder)
        return found if found and found.app == self.name else None

    @cached_property
    def library(self) -> Library:
        """The library; the facts of the cluster say whom this customer asks, where that is known."""
        library = super().library
        file = f"{CLUSTER}/facts.yaml"
        if self.facts and file in library.files:
            document = yaml.load(library.files[file], Loader=yaml.CSafeLoader)
            document["spec"] |= {"contact": self.facts.contact._asdict(), "ipv4": self.facts.ipv4}
            library.files[file] = yaml.dump(document, Dumper=yaml.CSafeDumper).encode()
        return library

    def app_names(self) -> list[str]:
        """Return the one app's name."""
        return [self.name]

    def stray(self) -> list[Refusal]:
        """Return nothing: there are no other folders."""
        return []

    def read(self, path: str, *, unlimited: bool = False) -> Folder:
        """Return the customer's folder, the platform's stand-in, both as they were at first, or a folder of the library."""
        if path not in self.zones.of(self.name):
            return super().read(path, unlimited=unlimited)
        if path not in self._own:
            self._own[path] = self._read(path)
        return self._own[path]

    @cached_property
    def _own(self) -> dict[str, Folder]:
        return {}

    def _read(self, path: str) -> Folder:
        _, platform = self.zones.of(self.name)
        if path == platform:
            template = self.zones.template
            return stand_in.folder(
                path, self.name, template, lambda name: Tree.read(self, name, unlimited=True), self.facts
            )
        committed = self._committed(path)
        if not committed.files and not committed.refused:
            raise TreeError(f"{self.folder}: holds no file that git tracks: no {KUSTOMIZATION} to check")
        return committed

    def _committed(self, path: str) -> Folder:
        return _committed(self.folder, path)

    def stat_digest(self, path: str) -> str | None:
        """Return nothing: the files are in other places, and few."""
        return None

    def shown(self, path: str) -> str:
        """Return a finding's path as the customer knows it."""
        customer, _ = self.zones.of(self.name)
        if path.startswith(customer):
            return self._shown(path.removeprefix(customer).lstrip("/"))
        ours = f"{self.zones.platform}/"
        theirs = self.facts and self.facts.platform
        return f"{OVERLAYS}/{theirs}/{path.removeprefix(ours)}" if theirs and path.startswith(ours) else path

    def _shown(self, inside: str) -> str:
        return (self.folder / inside).as_posix()


def facts_in(folder: Path) -> AppFacts | None:
    """Return what promotion has put into a customer's own repository, None where it hasn't."""
    try:
        return app_facts.parse(plumbing.run(folder, "cat-file", "blob", f"{app_facts.REF}:{app_facts.FILE}"))
    except TreeError:
        return None


def _committed(folder: Path, path: str) -> Folder:
    """Return the customer's files: of a git checkout only those that git tracks, as the platform gets no others."""
    names = _tracked(folder)
    if names is None:
        everything = read(folder, path)
        kept = promoted(everything, list(everything.files))
        return Folder(path, {name: everything.files[name] for name in kept}, everything.refused)
    kustomization = folder / KUSTOMIZATION
    own = Folder(path, {KUSTOMIZATION: kustomization.read_bytes()} if _plain(kustomization) else {})
    with tempfile.TemporaryDirectory(prefix="django-hosting-") as scratch:
        for name in promoted(own, names):
            source, target = folder / name, Path(scratch) / name
            if source.is_symlink() or source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target, follow_symlinks=False)
        return read(Path(scratch), path)


def promoted(folder: Folder, names: list[str]) -> list[str]:
    """Return the files that come with the app into the platform's repository: not those for people, CI and editors,
    unless the kustomization names them."""
    named = {reference.path for reference in references.files(folder)}
    return [name for name in names if name in named or not customer_fields.left_behind(name)]


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size <= limits.FILE_BYTES


def _tracked(folder: Path) -> list[str] | None:
    """Return the files below `folder` that git tracks, None where there is no git checkout."""
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", "ls-files", "-z", "--cached"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]
