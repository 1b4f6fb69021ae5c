"""Start the renderer's process: in a module of its own, so that it can start before what feeds it is imported.

Starting it and those imports each take a tenth of a second, and a commit hook half a second.
"""

import contextlib
import importlib.util
import os
import resource
import subprocess
import tempfile
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ..policy import limits
from .kustomize import GO, OVERRIDE, TOOLS

WHEEL = "django_hosting_renderer"
"""The package that a wheel of packaging/renderer installs: a folder with the program in it."""


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
    """Return the program, of `make setup` or of the wheel; None where there is neither, or a certain kustomize is asked
    for."""
    if OVERRIDE in os.environ:
        return None
    built = TOOLS / "renderer"
    if built.exists():
        return built
    wheel = importlib.util.find_spec(WHEEL)
    return Path(wheel.submodule_search_locations[0]) / "renderer" if wheel else None


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
