"""kubectl in one namespace, of the cluster that KUBECONFIG names."""

import contextlib
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

from ..render.objects import Object

T = TypeVar("T")
ARGOCD = "argocd"
"""The namespace of the Applications."""
SECONDS = 120
"""For one command, to end when the cluster has gone away."""
_LOG = re.compile(r"[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+:\d+\] ")
"""How a line of kubectl's own log begins: klog's format."""
LOG_SECONDS = 5
"""For the last lines of a container that has ended to arrive."""


class ClusterProblem(Exception):
    """The cluster can't be used, or does what it shouldn't. The message is one line, for people."""


class Kubectl:
    """kubectl with `--namespace`; its processes don't get the terminal's Ctrl-C, which is ours to answer."""

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace
        self._command = ["kubectl", f"--namespace={namespace}"]

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        """Run kubectl to its end and return its output. Raises ClusterProblem."""
        try:
            done = subprocess.run(
                [*self._command, *arguments],
                input=stdin,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=SECONDS,
                start_new_session=True,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ClusterProblem(f"kubectl {arguments[0]}: {error}") from None
        if done.returncode:
            raise ClusterProblem(f"kubectl {arguments[0]}: {_reason(done.stderr) or f'exit status {done.returncode}'}")
        return done.stdout

    def get(self, *arguments: str) -> dict[str, Any]:
        """Return what `kubectl get` prints as JSON. Raises ClusterProblem."""
        return json.loads(self.run("get", "--output=json", *arguments))

    def apply(self, objects: list[Object]) -> None:
        """Apply objects on the server's side, in their order. Raises ClusterProblem."""
        items = {"apiVersion": "v1", "kind": "List", "items": [one.data for one in objects]}
        self.run("apply", "--server-side", "--filename=-", stdin=json.dumps(items))

    def pods(self, name: str) -> list[dict[str, Any]]:
        """Return the pods of web, async, migrate ... that aren't going away, newest first. Raises ClusterProblem."""
        found = self.get("pods", f"--selector=app.kubernetes.io/name={name}")["items"]
        there = [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]
        return sorted(there, key=lambda pod: pod["metadata"]["creationTimestamp"], reverse=True)

    def logs(self, target: str, container: str, *, previous: bool = False, tail: int = 60) -> str:
        """Return the end of a container's log, that of its other life if this one is gone; empty if there is none."""
        for which in (previous, not previous):
            options = [f"--container={container}", f"--tail={tail}", *(["--previous"] if which else [])]
            with contextlib.suppress(ClusterProblem):  # it never started
                text = self.run("logs", target, *options)
                if not text.startswith("unable to retrieve container logs"):  # said with exit code 0
                    return text
        return ""

    @contextlib.contextmanager
    def started(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Run kubectl beside what the block does, its output to be read from `stdout`."""
        process = subprocess.Popen(
            [*self._command, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            process.stdout.close()

    @contextlib.contextmanager
    def followed(self, pod: str, container: str, path: Path) -> Iterator[None]:
        """Write a container's whole log into a file, up to its end or the block's."""
        command = [*self._command, "logs", pod, f"--container={container}", "--follow", "--tail=-1"]
        with path.open("wb") as file:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.DEVNULL, start_new_session=True
            )
            try:
                yield
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(LOG_SECONDS)
            finally:
                process.kill()
                process.wait()

    @contextlib.contextmanager
    def forwarded(self, target: str, port: int) -> Iterator[int]:
        """Lead a port of 127.0.0.1 to a pod's port while the block runs, and yield its number. Raises ClusterProblem."""
        with self.started("port-forward", target, f":{port}", "--address=127.0.0.1") as process:
            line = process.stdout.readline() if process.stdout else ""
            if not (found := re.search(r"127\.0\.0\.1:(\d+)", line)):
                raise ClusterProblem(f"kubectl port-forward: no way to port {port} of {target}")
            yield int(found[1])


def _reason(stderr: str) -> str:
    """Return what kubectl says, in one line, without its log where it says something beside."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    said = [line for line in lines if not _LOG.match(line)] or lines[-1:]
    return " ".join(" ".join(dict.fromkeys(said)).split())[:500]


def until(seconds: float, look: Callable[[], T | None], every: float = 1) -> T | None:
    """Call `look` until it returns something, and return that, or None after that many seconds."""
    retrying = Retrying(
        retry=retry_if_result(lambda value: value is None), stop=stop_after_delay(seconds), wait=wait_fixed(every)
    )
    try:
        return retrying(look)
    except RetryError:
        return None


def configured() -> bool:
    """Whether KUBECONFIG names a file: the default of ~/.kube/config is never used, it may be production."""
    return bool(os.environ.get("KUBECONFIG"))
