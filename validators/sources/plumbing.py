"""git on repositories that nobody vouches for: its plumbing, under settings with which it starts no program of theirs."""

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

from .tree import TreeError

_SETTINGS = (
    "core.quotePath=false",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "transfer.fsckObjects=true",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.allow=never",
    "protocol.ssh.allow=always",
    "protocol.https.allow=always",
    "protocol.file.allow=always",
)
"""Whatever a repository or this machine says: no program of theirs is started."""
_INHERITED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE", "GIT_EXTERNAL_DIFF")
NOTHING = "0" * 40
"""What git's hooks are given as the id of a ref that comes or goes."""
_SECONDS = 120
_COMPLAINT = 500
"""Characters of what git says."""


def command(repository: Path | None, *arguments: str) -> list[str]:
    """Return the command line of git, in a repository or in none, with settings under which nobody's program runs."""
    place = [] if repository is None else ["-C", str(repository)]
    return ["git", *place, *(part for setting in _SETTINGS for part in ("-c", setting)), *arguments]


def environment() -> dict[str, str]:
    """Return git's environment: not that of a hook around, no replaced objects, and no question on a terminal."""
    kept = {name: value for name, value in os.environ.items() if name not in _INHERITED}
    return {**kept, "GIT_NO_REPLACE_OBJECTS": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}


class Identity(NamedTuple):
    """Who makes a commit."""

    name: str
    mail: str


def run(
    repository: Path | None, *arguments: str, given: bytes = b"", seconds: float = _SECONDS, by: Identity | None = None
) -> bytes:
    """Run git and return what it prints. Raises TreeError with git's complaint, in one line.

    given: what it reads; by: who makes the commits that it writes.
    """
    surroundings = environment()
    if by:
        who = {
            f"GIT_{role}_{part}": value
            for role in ("AUTHOR", "COMMITTER")
            for part, value in (("NAME", by.name), ("EMAIL", by.mail))
        }
        surroundings |= who
    return _output(command(repository, *arguments), given, seconds, surroundings)


def setting(repository: Path, name: str) -> str:
    """Return a setting of a repository, "" where there is none."""
    try:
        return run(repository, "config", "--get", name).decode().strip()
    except TreeError:
        return ""


def _output(words: list[str], given: bytes, seconds: float, surroundings: dict[str, str]) -> bytes:
    try:
        return subprocess.run(
            words, input=given, capture_output=True, check=True, timeout=seconds, env=surroundings
        ).stdout
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.decode(errors="replace").splitlines() if line.strip()]
        raise TreeError(f"git: {' '.join(lines)[:_COMPLAINT]}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise TreeError(f"git: {error}") from None
