"""The namespace of a trial: there while the block runs, gone after it whatever happens; its logs are kept."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from ..render.objects import Object
from .kubectl import ClusterProblem, Kubectl, until

LABEL = "hosting.ungleich.ch/check-image"
"""On every namespace made here, to find what a power cut left behind."""
REMOVE_SECONDS = 120
SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LISTS = ("initContainerStatuses", "containerStatuses")


@contextlib.contextmanager
def namespace(kubectl: Kubectl, made: Object, logs: Path, say: Callable[[str], None]) -> Iterator[None]:
    """Make it; remove it with all that is in it, also when the block is interrupted. Raises ClusterProblem."""
    with _interrupted_once():
        try:
            made.labels[LABEL] = "true"
            say(f"namespace {made.name}")
            kubectl.apply([made])
            yield
        finally:
            _ignore_interruptions()
            with contextlib.suppress(ClusterProblem):
                keep_logs(kubectl, logs)
            say("removing the namespace")
            _remove(kubectl, made.name, say)


def keep_logs(kubectl: Kubectl, folder: Path) -> None:
    """Write the whole log of each container that is there, and the events, into a folder. Raises ClusterProblem."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for pod in kubectl.get("pods")["items"]:
        name = pod["metadata"]["name"]
        for status in [one for key in _LISTS for one in pod["status"].get(key, [])]:
            lives = [False, True] if status["restartCount"] else [False]
            for previous in lives:
                ending = "-before.log" if previous else ".log"
                text = kubectl.logs(name, status["name"], previous=previous, tail=-1)
                if text:
                    (folder / f"{name}-{status['name']}{ending}").write_text(text, encoding="utf-8")
    events = kubectl.run("get", "events", "--sort-by=.metadata.creationTimestamp")
    (folder / "events.txt").write_text(events, encoding="utf-8")


def _remove(kubectl: Kubectl, name: str, say: Callable[[str], None]) -> None:
    try:
        kubectl.run("delete", "deployments,statefulsets,jobs", "--all", "--wait=false")
        # Nothing in it needs the time to end well, which a worker has ten minutes of.
        kubectl.run("delete", "pods", "--all", "--grace-period=1", "--wait=false")
    finally:
        kubectl.run("delete", "namespace", name, "--ignore-not-found", "--wait=false")
    listing = ["get", "namespace", name, "--ignore-not-found", "--output=name"]
    if not until(REMOVE_SECONDS, lambda: True if not kubectl.run(*listing) else None):
        say(f"namespace {name} was deleted and isn't gone yet")


@contextlib.contextmanager
def _interrupted_once() -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM end the block, and no second one what it then puts in order."""

    def stop(*_: object) -> None:
        _ignore_interruptions()
        raise KeyboardInterrupt

    before = {sign: signal.signal(sign, stop) for sign in SIGNALS}
    try:
        yield
    finally:
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _ignore_interruptions() -> None:
    for sign in SIGNALS:
        signal.signal(sign, signal.SIG_IGN)
