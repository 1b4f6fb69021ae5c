"""SIGTERM: a request that is being answered gets its answer, and the process ends within its grace period."""

import contextlib
import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple

from ..render.objects import Object
from . import sockets
from .kubectl import Kubectl
from .site import Site
from .verdict import Report

BODY = b"0123456789"
AFTER = 3
"""Seconds after SIGTERM at which requests that wait for their second half get it."""
KILLED = 137
WORKER_SECONDS = 60
"""A worker without tasks has no reason to take longer; one with tasks has ten times as long."""
_ENDED = '{.status.containerStatuses[?(@.name=="%s")].state.terminated.exitCode}{"\\n"}'
_PROCESS = r"""
tr '\0' ' ' < /proc/1/cmdline; echo
grep '^SigCgt' /proc/1/status
cat /proc/1/task/1/children
"""


class Process(NamedTuple):
    """PID 1: its command line, whether it handles SIGTERM, and whether it has children."""

    command: str
    handles: bool
    children: bool


@dataclass
class Held:
    """A request of which the server has the first half."""

    connection: socket.socket
    rest: bytes

    def waits(self) -> bool:
        """Whether the server is still waiting for the second half."""
        return not select.select([self.connection], [], [], 0)[0]

    def finish(self) -> None:
        """Send the second half."""
        with contextlib.suppress(OSError):  # hung up: there is no answer then
            self.connection.sendall(self.rest)

    def answered(self) -> bool:
        """Whether an answer comes."""
        try:
            self.connection.settimeout(20)
            return self.connection.recv(9) in (b"HTTP/1.1 ", b"HTTP/1.0 ")
        except OSError:
            return False


class End(NamedTuple):
    """How a container ended: seconds after it was told, exit code (None if it hadn't by then)."""

    seconds: float
    exit_code: int | None


def judge(site: Site, web: Object, report: Report, logs: Path) -> None:
    """Stop the site with a request in it, as at every release, and say how it goes; its log goes on in the folder `logs`.

    Raises ClusterProblem.
    """
    [container] = [one.data for one in web.containers() if one.name == "web"]
    delay = container["lifecycle"]["preStop"]["sleep"]["seconds"]
    grace = web.get("spec", "template", "spec", "terminationGracePeriodSeconds")
    process = _process(site.look(_PROCESS))
    with (
        site.kubectl.forwarded(f"pod/{site.pod.name}", sockets.PORT) as port,
        _half(port, site) as held,
        _log(site.kubectl, site.pod.name, "web", logs),
        _watched(site.kubectl, site.pod.name, "web", grace + 30) as end,
    ):
        time.sleep(delay + AFTER)  # until then the server has to wait for the rest
        answered = _finished(held) if held else None
        ended = end()
    seconds = ended.seconds - delay
    seen = f"{'the request in it was answered' if answered else 'the request in it was cut'}, " if held else ""
    if ended.exit_code is None or (ended.exit_code == KILLED and ended.seconds > grace - 5):
        report.fails("stops", f"{seen}killed after {grace} s", _ignores(process))
    elif answered is False:
        report.fails(
            "stops", f"the request in it was cut; it ended {seconds:.0f} s after SIGTERM",
            "Finish what is running before you end: gunicorn does, with --graceful-timeout 40. runserver does not.",
        )  # fmt: skip
    else:
        report.ok("stops", f"{seen}it ended {max(seconds, 0):.0f} s after SIGTERM, exit status {ended.exit_code}")


def judge_worker(kubectl: Kubectl, pod: str, report: Report, seen: str, logs: Path) -> None:
    """Stop the worker, which has nothing to do, and say how it goes; see `judge`. Raises ClusterProblem."""
    with _log(kubectl, pod, "async", logs), _watched(kubectl, pod, "async", WORKER_SECONDS) as end:
        ended = end()
    if ended.exit_code is None:
        report.fails(
            "worker", f"{seen}; idle, it still ran {WORKER_SECONDS} s after SIGTERM",
            "exec before the last command of /async, so that the worker itself gets the signal.",
        )  # fmt: skip
    else:
        report.ok("worker", f"{seen}; ended {ended.seconds:.0f} s after SIGTERM, exit status {ended.exit_code}")


def _log(kubectl: Kubectl, pod: str, container: str, logs: Path) -> contextlib.AbstractContextManager[None]:
    """Keep the log as scene.keep_logs does, and on to its end: what is said after SIGTERM is nowhere else."""
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    return kubectl.followed(pod, container, logs / f"{pod}-{container}.log")


@contextlib.contextmanager
def _watched(kubectl: Kubectl, pod: str, name: str, seconds: float) -> Iterator[Callable[[], End]]:
    """Scale a Deployment to nothing; yields a function that waits for the end of its container of the same name."""
    ends: list[tuple[float, int]] = []

    def read(lines: IO[str]) -> None:
        """Note the first exit code; before there is one, each change of the pod is an empty line."""
        code = next((int(line) for line in lines if line.strip()), None)
        if code is not None:
            ends.append((time.monotonic(), code))

    with kubectl.started("get", "pod", pod, "--watch", f"--output=jsonpath={_ENDED % name}") as process:
        reader = threading.Thread(target=read, args=[process.stdout], daemon=True)
        reader.start()
        kubectl.run("scale", "deployment", name, "--replicas=0")
        start = time.monotonic()

        def end() -> End:
            reader.join(max(start + seconds - time.monotonic(), 0))
            at, code = ends[0] if ends else (time.monotonic(), None)
            return End(at - start, code)

        yield end


@contextlib.contextmanager
def _half(port: int, site: Site) -> Iterator[list[Held]]:
    """Send two requests by half, one up to its body's and one up to its head's; yields those that the server waits for."""
    head = (
        f"GET {site.path} HTTP/1.1\r\nHost: {site.host}\r\nX-Forwarded-Proto: https\r\nConnection: close\r\n".encode()
    )
    whole = b"Content-Length: %d\r\n\r\n" % len(BODY)
    halves = [Held(_connect(port), BODY[5:]), Held(_connect(port), b"\r\n")]
    try:
        halves[0].connection.sendall(head + whole + BODY[:5])
        halves[1].connection.sendall(head)
        time.sleep(2)  # a server that doesn't wait has answered or hung up by then
        yield [one for one in halves if one.waits()]
    finally:
        for one in halves:
            one.connection.close()


def _finished(held: list[Held]) -> bool:
    """Send the second halves, and tell whether one is answered: who has one request at a time hasn't begun with the other."""
    for one in held:
        one.finish()
    return any(one.answered() for one in held)


def _connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def _process(text: str) -> Process | None:
    lines = text.splitlines()
    if len(lines) < 2 or not (caught := re.search(r"[0-9a-f]{16}", lines[1])):
        return None
    return Process(lines[0].strip(), bool(int(caught[0], 16) >> 14 & 1), len(lines) > 2 and bool(lines[2].strip()))


def _ignores(process: Process | None) -> str:
    if process and process.children and not process.handles:
        return (
            f"Process 1 is {process.command!r}, which starts the server and doesn't pass SIGTERM on: "
            "write exec before the last command of /run."
        )
    if process and not process.handles and "runserver" in process.command:
        return f"Process 1, {process.command!r}, is Django's server for development: run gunicorn with --graceful-timeout 40."
    if process and not process.handles:
        return (
            f"Process 1, {process.command!r}, has no handler for SIGTERM, so it is never delivered: add one, and end."
        )
    return "It gets SIGTERM and doesn't end in time: end within 50 s, gunicorn with --graceful-timeout 40."
