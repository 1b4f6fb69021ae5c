"""Processes of the cluster: started with a tag in their environment, found and ended by it.

The tag replaces pid files: a process is found however `up` ended, also one that was started a moment before a SIGKILL.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import psutil

TAG = "DJANGO_HOSTING_CLUSTER"
NAME = "DJANGO_HOSTING_PROCESS"


class CommandError(subprocess.CalledProcessError):
    """A command that failed; its text says what the command printed."""

    def __str__(self) -> str:
        return f"{super().__str__()}\n{self.stdout}{self.stderr}"


def run(command: Sequence[str | Path], *, stdin: str | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run a command to its end and return its output; raises CommandError with what it printed."""
    done = subprocess.run(
        [str(part) for part in command], input=stdin, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CommandError(done.returncode, [str(c) for c in command], done.stdout, done.stderr)
    return done.stdout


def start(command: Sequence[str | Path], *, name: str, tag: Path, log: Path, env: Mapping[str, str]) -> int:
    """Start a process that goes on after this one, in a session of its own, and return its pid."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            [str(part) for part in command],
            env={**env, TAG: str(tag), NAME: name},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ).pid


def tagged(tag: Path | None = None) -> Iterable[tuple[psutil.Process, str]]:
    """Every living process of the cluster with that run folder (of any cluster without one), with its name."""
    for process in psutil.process_iter():
        try:
            environment = process.environ()
            if process.status() == psutil.STATUS_ZOMBIE:
                continue
        except psutil.Error:  # gone meanwhile, or a kernel thread
            continue
        if TAG in environment and tag in (None, Path(environment[TAG])):
            yield process, environment.get(NAME, "")


def clusters() -> set[Path]:
    """Run folders of the clusters that have processes on this machine."""
    return {Path(process.environ()[TAG]) for process, _ in tagged()}


def end(tag: Path, grace: float = 0) -> int:
    """End the cluster's processes, with SIGKILL after the grace period in seconds; returns how many there were."""
    processes = [process for process, _ in tagged(tag) if process.pid != os.getpid()]
    if grace:
        for process in processes:
            _signal(process.terminate)
        psutil.wait_procs(processes, timeout=grace)
    for process in processes:
        _signal(process.kill)
    psutil.wait_procs(processes, timeout=30)
    return len(processes)


def _signal(send: Callable[[], None]) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        send()
