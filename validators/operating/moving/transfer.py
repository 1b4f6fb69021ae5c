"""Two commands, one at each end, joined by this machine: what is copied passes through and is stored nowhere."""

import contextlib
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from typing import IO

from .place import MoveProblem, last

TICK_SECONDS = 5


def stream(source: list[str], sink: list[str], tick: Callable[[], object]) -> None:
    """Lead what a command prints into another one. tick: called every few seconds. Raises MoveProblem: what they said."""
    with _said() as said, contextlib.ExitStack() as stack:
        first = stack.enter_context(_started(source, subprocess.DEVNULL, subprocess.PIPE, said[0]))
        second = stack.enter_context(_started(sink, first.stdout, subprocess.DEVNULL, said[1]))
        first.stdout.close()
        _until_end((second, first), tick, said)


def both_ways(client: list[str], server: list[str], tick: Callable[[bytes], object]) -> None:
    """Let two commands talk by their input and output. tick: gets what the client has said so far, every few seconds.

    Raises MoveProblem: what they said.
    """
    with _said() as said, contextlib.ExitStack() as stack:
        first = stack.enter_context(_started(client, subprocess.PIPE, subprocess.PIPE, said[0]))
        second = stack.enter_context(_started(server, first.stdout, first.stdin, said[1]))
        first.stdout.close()
        first.stdin.close()
        _until_end((first, second), lambda: tick(_tail(said[0])), said)


@contextlib.contextmanager
def _said() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    with tempfile.TemporaryFile() as first, tempfile.TemporaryFile() as second:
        yield first, second


@contextlib.contextmanager
def _started(
    words: list[str], stdin: int | IO[bytes], stdout: int | IO[bytes], said: IO[bytes]
) -> Iterator[subprocess.Popen]:
    try:
        process = subprocess.Popen(words, stdin=stdin, stdout=stdout, stderr=said)
    except OSError as error:
        raise MoveProblem(f"{words[0]}: {error}") from None
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _until_end(
    processes: tuple[subprocess.Popen, ...], tick: Callable[[], object], said: tuple[IO[bytes], ...]
) -> None:
    """Wait for the first of the processes, then for the other. Where the other fails, the first has some seconds left."""
    alone = 0
    while alone < 2:
        with contextlib.suppress(subprocess.TimeoutExpired):
            processes[0].wait(TICK_SECONDS)
            break
        tick()
        alone += processes[1].poll() not in (None, 0)
    with contextlib.suppress(subprocess.TimeoutExpired):
        processes[1].wait(2 * TICK_SECONDS)
    if any(process.poll() != 0 for process in processes):
        reasons = filter(None, (last(_tail(file)) for file in said))
        raise MoveProblem("; ".join(reasons) or "the connection broke off")


def _tail(file: IO[bytes], most: int = 4000) -> bytes:
    """Return the end of a file that another process still writes."""
    size = file.seek(0, 2)
    file.seek(max(0, size - most))
    text = file.read()
    file.seek(0, 2)
    return text
