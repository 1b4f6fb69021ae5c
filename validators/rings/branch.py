"""The branch with what was rendered: read and written by git's plumbing, without a checkout."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from ..sources import git
from ..sources.tree import TreeError
from .deployment import Files

BRANCH = "deploy"
SOURCE, KEPT, RENDERER, RING = "Source", "Kept", "Renderer", "Ring"
"""Trailers of its commits: the commit that was rendered, apps that stayed as they were, by which program, each ring's
version."""
_AUTHOR = "django-hosting rings <rings@hosting.ungleich.ch>"


@dataclass(frozen=True)
class Commit:
    """What a commit of the branch is to be. `changes`: a file's new bytes, None where it goes."""

    subject: str
    changes: dict[str, bytes | None]
    source: str
    trailers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Branch:
    """The branch `name` of the repository at `root`, as it is at the commit `tip`; an empty tip is a branch to be."""

    root: Path
    name: str
    tip: str

    @classmethod
    def read(cls, root: Path, name: str = BRANCH) -> "Branch":
        """Return the branch as it is now. Raises TreeError where there is no repository."""
        found = git.run(root, "for-each-ref", "--format=%(objectname)", f"refs/heads/{name}")
        return cls(root, name, found.decode().strip())

    @cached_property
    def files(self) -> Files:
        """All files."""
        return {blob.path: blob.data for blob in git.blobs(self.root, self.tip)} if self.tip else {}

    def trailers(self, key: str) -> list[str]:
        """Return the values of a trailer of the tip's message."""
        if not self.tip:
            return []
        pretty = f"--format=%(trailers:key={key},valueonly)"
        return [line for line in git.run(self.root, "log", "-1", pretty, self.tip).decode().splitlines() if line]

    @property
    def source(self) -> str:
        """The commit that the tip renders; empty without one. Raises TreeError where the tip says no single one."""
        found = self.trailers(SOURCE)
        if self.tip and (len(found) != 1 or not re.fullmatch("[0-9a-f]{40,64}", found[0])):
            raise TreeError(
                f"{self.name} at {self.tip[:12]} doesn't say which commit it renders: it isn't made by rings"
            )
        return found[0] if found else ""

    def kept(self) -> set[str]:
        """Return the apps that the tip left as they were."""
        return {name for value in self.trailers(KEPT) for name in value.split()}

    def write(self, commit: Commit) -> "Branch":
        """Put a commit on the branch and return what it is then: the same changes make the same commit.

        Raises TreeError where the branch has moved meanwhile, and leaves it as it is.
        """
        when = git.run(self.root, "log", "-1", "--format=%ct +0000", commit.source).decode().strip()
        trailers = "\n".join(f"{key}: {value}" for key, value in [(SOURCE, commit.source), *commit.trailers])
        message = f"{commit.subject}\n\n{trailers}\n".encode()
        stream = [f"commit refs/heads/{self.name}\ncommitter {_AUTHOR} {when}\n".encode(), _data(message)]
        if self.tip:
            stream.append(f"from {self.tip}\n".encode())
        for path, data in sorted(commit.changes.items()):
            stream.append(
                f"D {path}\n".encode() if data is None else f"M 100644 inline {path}\n".encode() + _data(data)
            )
        git.run(self.root, "fast-import", "--quiet", "--date-format=raw-permissive", stdin=b"".join(stream))
        return Branch.read(self.root, self.name)


def _data(data: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(data), data)
