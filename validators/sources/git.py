"""What git knows: which files changed, and the tree at another revision."""

import io
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path

from .tree import TreeError

_PARTS = ("base", "components", "overlays")


def _git(root: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(root), "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *arguments]
    try:
        return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise TreeError(f"git: {reason}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TreeError(f"git: {error}") from None


def verify(root: Path, revision: str) -> str:
    """Return the commit that `revision` names.

    Raises TreeError where there is none.
    """
    return _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}").decode().strip()


def changed(root: Path, revision: str, parts: Sequence[str] = _PARTS) -> list[str]:
    """Return the files below `parts` that differ from `revision`, with untracked ones; paths from `root`."""
    try:
        commit = verify(root, revision)
    except TreeError:
        raise TreeError(f"git knows no revision {revision!r}") from None
    names = _git(root, "diff", "--name-only", "--no-renames", "--relative", "-z", commit, "--", *parts)
    untracked = _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", *parts)
    return sorted({name.decode(errors="replace") for name in (names + untracked).split(b"\0") if name})


def export(root: Path, revision: str, target: Path) -> None:
    """Write the tree at `revision` to `target`; nothing but plain files and folders comes out of it."""
    try:
        commit = verify(root, revision)
    except TreeError:
        raise TreeError(f"git knows no revision {revision!r}") from None
    prefix = _git(root, "rev-parse", "--show-prefix").decode().strip()
    present = [p for p in _PARTS if _git(root, "ls-tree", "--name-only", commit, "--", f"{p}")]
    data = _git(root, "archive", "--format=tar", f"{commit}:{prefix}" if prefix else commit, *present)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        plain = [member for member in archive.getmembers() if member.isreg() or member.isdir()]
        archive.extractall(target, members=plain, filter="data")
