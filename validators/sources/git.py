"""What git knows: which files changed, and the tree at another revision."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from .git_objects import MODES, Objects
from .tree import TreeError

_PARTS = ("base", "components", "overlays")
_NO_NAMES = {"", ".", "..", ".git"}
"""Parts of a path that git's fsck refuses; its plumbing makes them."""


def run(root: Path, *arguments: str, stdin: bytes | None = None) -> bytes:
    """Return what git prints in the repository at `root`, a bare one or a checkout. Raises TreeError with git's reason."""
    command = ["git", "-C", str(root), "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *arguments]
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    try:
        return subprocess.run(command, capture_output=True, check=True, timeout=120, **given).stdout
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise TreeError(f"git: {reason}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TreeError(f"git: {error}") from None


def verify(root: Path, revision: str) -> str:
    """Return the commit that `revision` names. Raises TreeError where there is none."""
    try:
        return run(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    except TreeError as error:
        if "not a git repository" in str(error):
            raise
        raise TreeError(f"git knows no revision {revision!r}") from None


def missing(root: Path, commit: str, head: str) -> int:
    """Return how many commits `commit` has that aren't part of `head`. Raises TreeError where there is none of the two."""
    return int(run(root, "rev-list", "--count", commit, "--not", head))


def changed(root: Path, revision: str, parts: Sequence[str] = _PARTS) -> list[str]:
    """Return the files below `parts` that differ from `revision`, with untracked ones; paths from `root`."""
    commit = verify(root, revision)
    names = run(root, "diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--", *parts)
    untracked = run(root, "ls-files", "--others", "--exclude-standard", "-z", "--", *parts)
    return sorted({name.decode(errors="replace") for name in (names + untracked).split(b"\0") if name})


class Blob(NamedTuple):
    """A plain file of a commit: its path, and the bytes that git keeps, whatever .gitattributes would make of them."""

    path: str
    data: bytes


def blobs(root: Path, revision: str, parts: Sequence[str] = ()) -> Iterator[Blob]:
    """Yield the plain files of a commit below `parts` (none: all), by paths from `root`: no links, no submodules.

    Raises TreeError where git knows no such revision.
    """
    commit = verify(root, revision)
    prefix = run(root, "rev-parse", "--show-prefix").decode().strip()
    with Objects(root) as objects:
        files = [entry for entry in objects.list(commit, prefix, parts, most=sys.maxsize - 1) if entry.mode in MODES]
        for entry in files:
            if not _NO_NAMES.isdisjoint(entry.name.lower().split("/")):
                raise TreeError(f"{revision} holds {entry.name!r}, which is no name for a file")
        for entry in files:
            yield Blob(entry.name, objects.bytes(entry.id))


def export(root: Path, revision: str, target: Path, parts: Sequence[str] = _PARTS) -> None:
    """Write the tree at `revision` to `target`; nothing but plain files and folders comes out of it."""
    made: set[Path] = set()
    for path, data in blobs(root, revision, parts):
        file = target / path
        if file.parent not in made:
            file.parent.mkdir(parents=True, exist_ok=True)
            made.add(file.parent)
        file.write_bytes(data)
