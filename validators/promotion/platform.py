"""The platform's repository, as promotion writes it: by plumbing on git's objects, never through a working tree."""

import contextlib
import fcntl
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ..finding import printable
from ..sources import git, plumbing
from ..sources.folder import Folder
from ..sources.git_objects import FILE
from ..sources.tree import TreeError
from . import message
from .problem import Failed, Moved

IDENTITY = plumbing.Identity("promotion", "promotion@invalid")
"""Of commits: a customer's own is in a trailer, where nobody takes it for checked."""


@dataclass(frozen=True)
class Platform:
    """A clone of it, bare or not; `remote` is where it is pushed to, `branch` what ArgoCD reads."""

    root: Path
    remote: str = "origin"
    branch: str = "main"

    @cached_property
    def folder(self) -> Path:
        """git's own folder of the clone."""
        said = plumbing.run(self.root, "rev-parse", "--absolute-git-dir").decode().strip()
        return Path(said)

    @property
    def _ref(self) -> str:
        """Where head() has put the branch."""
        return f"refs/django-hosting/{self.branch}"

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until nobody else promotes from this clone, and keep others waiting."""
        with (self.folder / "django-hosting-promotion.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def head(self) -> str:
        """Fetch the branch and return its commit. Raises Failed."""
        try:
            options = ["--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head"]
            plumbing.run(self.root, "fetch", *options, self.remote, f"+refs/heads/{self.branch}:{self._ref}")
            return git.verify(self.root, self._ref)
        except TreeError as error:
            raise Failed(f"the platform's repository: {error}") from None

    def promoted(self, path: str, commit: str) -> str:
        """Return the commit here by which a customer's commit was promoted into a folder, "" where it wasn't."""
        words = ["log", "-1", "--format=%H", f"--grep=^{message.COMMIT}: {commit}$", self._ref, "--", path]
        return plumbing.run(self.root, *words).decode().strip()

    def trailer(self, commit: str, key: str) -> str:
        """Return a trailer of a commit here."""
        form = f"--format=%(trailers:key={key},valueonly)"
        return plumbing.run(self.root, "log", "-1", form, commit).decode().strip()

    def with_folder(self, head: str, folder: Folder) -> str:
        """Write the tree of the commit `head` with an app's folder replaced, byte for byte, and return its id."""
        tree = self._tree(folder)
        for above, name in _steps(folder.path):
            entries = plumbing.run(self.root, "ls-tree", "-z", f"{head}:{above}") if self._has(head, above) else b""
            kept = [entry for entry in entries.split(b"\0") if entry and entry.partition(b"\t")[2] != name.encode()]
            kept.append(f"040000 tree {tree}\t{name}".encode())
            tree = self._made(kept)
        return tree

    def _has(self, head: str, path: str) -> bool:
        try:
            plumbing.run(self.root, "rev-parse", "--verify", "--quiet", f"{head}:{path}")
        except TreeError:
            return False
        return True

    def _tree(self, folder: Folder) -> str:
        inside: dict[str, dict[str, bytes]] = {"": {}}
        for path, data in folder.files.items():
            above, _, name = path.rpartition("/")
            blob = plumbing.run(self.root, "hash-object", "-w", "--no-filters", "--stdin", given=data).decode().strip()
            inside.setdefault(above, {})[name] = f"{FILE} blob {blob}\t{name}".encode()
            while above:
                above = above.rpartition("/")[0]
                inside.setdefault(above, {})
        for path in sorted(inside, key=lambda path: path.count("/") + bool(path), reverse=True):
            made = self._made(list(inside[path].values()))
            if not path:
                return made
            above, _, name = path.rpartition("/")
            inside[above][name] = f"040000 tree {made}\t{name}".encode()
        raise AssertionError("the folder itself comes last")

    def _made(self, entries: list[bytes]) -> str:
        return (
            plumbing.run(self.root, "mktree", "-z", given=b"".join(entry + b"\0" for entry in entries)).decode().strip()
        )

    def tree_of(self, commit: str) -> str:
        """Return the id of a commit's tree."""
        return plumbing.run(self.root, "rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()

    def commit(self, tree: str, parent: str, message: str) -> str:
        """Write a commit and return its id."""
        done = plumbing.run(self.root, "commit-tree", tree, "-p", parent, given=message.encode(), by=IDENTITY)
        return done.decode().strip()

    def push(self, commit: str, branch: str, head: str) -> None:
        """Push a commit that was made on `head` to a branch. Raises Moved, Failed where the server refuses it."""
        try:
            plumbing.run(self.root, "push", "--quiet", "--atomic", self.remote, f"{commit}:refs/heads/{branch}")
        except TreeError as error:
            said = printable(str(error))
            # Another push may be under way, which holds the ref and hasn't moved it yet.
            if "cannot lock ref" in said or self.head() != head:
                raise Moved(said) from None
            raise Failed(f"the platform's repository refuses the commit: {said}") from None

    def has_branch(self, branch: str) -> bool:
        """Whether the remote has a branch. Raises Failed."""
        try:
            return bool(plumbing.run(self.root, "ls-remote", "--quiet", self.remote, f"refs/heads/{branch}"))
        except TreeError as error:
            raise Failed(f"the platform's repository: {error}") from None


def _steps(path: str) -> Iterator[tuple[str, str]]:
    """Yield (folder above, name) from the innermost to the top: its own folder is "" there."""
    while path:
        above, _, name = path.rpartition("/")
        yield above, name
        path = above
