"""Time, CPU and memory of a command with all the processes that it starts."""

import contextlib
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

_EVERY = 0.05
"""Seconds between two looks at the memory."""


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds by the clock and of CPU, MiB of memory at the peak, and how it ended."""

    wall: float
    cpu: float
    memory: float
    code: int
    output: str = ""

    def times(self, factor: float) -> "Cost":
        """Return the cost of the same for `factor` as much: time grows, memory is kept."""
        return replace(self, wall=self.wall * factor, cpu=self.cpu * factor)


def run(command: list[str], *, cwd: Path, env: dict[str, str], stdin: str | None = None) -> Cost:
    """Run a command to its end and return what it cost; its standard output is kept, its errors are shown."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=cwd, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    peak = _Peak(process.pid)
    try:
        output, _ = process.communicate(stdin)
    finally:
        wall = time.perf_counter() - start
        memory = peak.stop()
        with contextlib.suppress(ProcessLookupError):  # an interrupted run leaves nothing behind
            os.killpg(process.pid, signal.SIGKILL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu, memory, process.returncode, output)


class _Peak:
    """Looks at the memory of a process and its descendants again and again, and keeps what it was at the highest.

    A page that several processes share counts once (PSS). To ask for that costs a millisecond a process, so it is asked
    only when the sum that counts shared pages for each (RSS) is higher than ever.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._highest = 0
        self._kilobytes = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        """Return the peak in MiB."""
        self._ended.set()
        self._thread.join()
        return self._kilobytes / (1 << 10)

    def _watch(self) -> None:
        while not self._ended.is_set():
            processes = list(_tree(self._pid))
            pages = sum(_pages(pid) for pid in processes)
            if pages > self._highest:
                self._highest, self._kilobytes = pages, sum(_kilobytes(pid) for pid in processes)
            self._ended.wait(_EVERY)


def _tree(pid: int) -> Iterator[int]:
    yield pid
    try:
        for thread in Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                yield from _tree(int(child))
    except OSError:
        return  # it has ended


def _pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0  # it has ended


def _kilobytes(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
