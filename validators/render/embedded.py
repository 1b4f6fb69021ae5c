"""Build folders with kustomize's library in a process of its own, fed through pipes: files in, objects out.

The process (packaging/go/renderer, which `make setup` builds) holds the files in memory: there is no path out of them,
whatever they say. One that takes too long, too much memory, or ends, is replaced; only the folder that it was at fails.
"""

import base64
import contextlib
import json
import os
import selectors
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..policy import limits
from ..sources.folder import Folder
from . import renderer_process
from .kustomize import FILE_NAME, KustomizeError, reason
from .objects import Object, Rendered
from .renderer_process import Process

if TYPE_CHECKING:
    import subprocess

_ROOT = "/repository"
"""Where the process says that the files lie."""


class Renderer:
    """The process, with the folders that were written to it."""

    def __init__(self, program: Path, process: Process | None = None) -> None:
        """`process`: one that was started before, and that nobody has asked yet."""
        self._program = program
        self._first = process
        self._folders: dict[str, Folder] = {}
        self._process: subprocess.Popen | None = None
        self._changes: list[dict[str, Any]] = []
        self._start()

    def write(self, folder: Folder) -> None:
        """Put a folder's files at its path."""
        self._folders[folder.path] = folder
        self._take(folder)

    def remove(self, path: str) -> None:
        """Delete a folder."""
        if self._folders.pop(path, None):
            self._changes.append({"remove": path})

    def render(self, paths: list[str]) -> dict[str, Rendered]:
        """Return what each folder renders to: nobody's mistake is another's."""
        results = {}
        for path in paths:
            try:
                results[path] = Rendered([Object(data) for data in self._ask(path).get("objects", ())])
            except KustomizeError as error:
                results[path] = Rendered([], str(error))
        return results

    def stream(self, path: str) -> bytes:
        """Return what kustomize prints for a folder. Raises KustomizeError."""
        return base64.b64decode(self._ask(path, stream=True).get("stream", ""))

    def close(self) -> None:
        """End the process."""
        self._end()

    def _take(self, folder: Folder) -> None:
        # The library takes no other names; to what names such a file, it isn't there.
        files = {
            f"{folder.path}/{name}".lstrip("/"): data
            for name, data in folder.files.items()
            if all(FILE_NAME.fullmatch(part) for part in name.split("/"))
        }
        encoded = {name: base64.b64encode(data).decode() for name, data in files.items()}
        self._changes.append({"write": encoded})

    def _ask(self, path: str, *, stream: bool = False) -> dict[str, Any]:
        while True:
            if self._process is None:
                self._restart()
            fresh, self._answered = not self._answered, True
            try:
                answer = self._exchange({"build": path, "stream": stream})
            except (OSError, ValueError):
                said = self._end()
                if fresh:  # else it may have been an earlier folder's doing
                    raise KustomizeError(f"{path}: {said}") from None
                continue
            except KustomizeError as error:
                self._end()
                raise KustomizeError(f"{path}: {error}") from None
            if error := answer.get("error"):
                raise KustomizeError(f"{path}: {reason(error.replace(f'{_ROOT}/', ''), limits.RENDER_MEMORY)}")
            return answer

    def _exchange(self, question: dict[str, Any]) -> dict[str, Any]:
        """Send what there is to send and return the answer; see _line for what it raises."""
        request, self._changes = {"changes": self._changes, **question}, []
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._line(limits.RENDER_SECONDS))

    def _line(self, seconds: float) -> bytes:
        """Return a line of the process's output. Raises ValueError when it ends, KustomizeError over a limit."""
        parts, size, deadline = [], 0, time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while selector.select(max(0.0, deadline - time.monotonic())):
                part = self._process.stdout.read1(1 << 20)
                if not part:
                    raise ValueError("the process ended")
                parts.append(part)
                size += len(part)
                if part.endswith(b"\n"):
                    return b"".join(parts)
                if size > limits.RENDER_OUTPUT:
                    raise KustomizeError(f"kustomize printed more than {limits.RENDER_OUTPUT >> 20} MiB")
        raise KustomizeError(f"kustomize took longer than {seconds:g} s")

    def _start(self) -> None:
        self._answered = False
        self._process, self._errors = self._first or renderer_process.start(self._program)
        self._first = None

    def _restart(self) -> None:
        self._end()
        self._start()
        self._changes = []
        for folder in self._folders.values():
            self._take(folder)

    def _end(self) -> str:
        """End the process and return what it said, in one line."""
        if self._process is None:
            return ""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                pipe.close()
        self._process = None
        self._errors.seek(0)
        said = self._errors.read(1 << 16).decode(errors="replace")
        self._errors.close()
        return reason(said, limits.RENDER_MEMORY)
