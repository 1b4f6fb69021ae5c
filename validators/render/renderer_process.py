"""Start the renderer's process: in a module of its own, so that it can start before what feeds it is imported.

Starting it and those imports each take a tenth of a second, and a commit hook half a second.
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

    def end(self) -> None:
        """End a process that nobody has asked."""
        self.popen.kill()
        self.popen.communicate()
        self.errors.close()


def find() -> Path | None:
    """Return the program; None where it isn't built, or a certain kustomize is asked for."""
    program = TOOLS / "renderer"
    return program if OVERRIDE not in os.environ and program.exists() else None


def begin() -> Process | None:
    """Start a process before anything is asked of it; None where there is no renderer."""
    program = find()
    return start(program) if program else None


def start(program: Path) -> Process:
    """Start a process."""
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
