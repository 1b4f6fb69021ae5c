"""Start the renderer's process: alone in a module, so that it can start before what feeds it is imported.

Both take a tenth of a second, which is a third of a commit hook.
"""

import contextlib
import os
import resource
import subprocess
import tempfile
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ..policy import limits
from .kustomize import GO, OVERRIDE, TOOLS


class Process(NamedTuple):
    """A running renderer, and the file that its errors go to."""

    popen: subprocess.Popen
    errors: BinaryIO


_BEGUN: list[Process] = []


def find() -> Path | None:
    """Return the program; None where it isn't built, or a certain kustomize is asked for."""
    program = TOOLS / "renderer"
    return program if OVERRIDE not in os.environ and program.exists() else None


def begin() -> None:
    """Start a process for who will ask first; one that nobody asks ends with this process."""
    if program := find():
        _BEGUN.append(_start(program))


def end() -> None:
    """End a process that nobody has asked: before others are forked, which each start their own."""
    while _BEGUN:
        popen = _BEGUN.pop().popen
        popen.kill()
        popen.communicate()


def take(program: Path) -> Process:
    """Return a process of its own: the one that has begun, else a new one."""
    return _BEGUN.pop() if _BEGUN else _start(program)


def _start(program: Path) -> Process:
    errors = tempfile.TemporaryFile()  # noqa: SIM115
    popen = subprocess.Popen(
        [str(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=GO,
        start_new_session=True,
    )
    if hasattr(resource, "prlimit"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            resource.prlimit(popen.pid, resource.RLIMIT_AS, (limits.RENDER_MEMORY,) * 2)
    return Process(popen, errors)
