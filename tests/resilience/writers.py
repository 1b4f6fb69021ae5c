"""Who writes to a volume, and when: pods as the API server knows them, and what each pod itself leaves on the volume."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.cluster.settings import REPOSITORY
from tests.e2e.app import App

# A release whose pods write down, for as long as they live, that they do.
HEARTBEAT = 'while :; do echo "$(date +%s.%N) $HOSTNAME" >>"$MEDIA_ROOT/heartbeat"; sleep 0.2; done &\n'
SITE = (REPOSITORY / "examples/commands/run").read_text()
RUN = SITE.replace("exec ", HEARTBEAT + "exec ")


class Watch:
    """The names of the web pods that have a running container, each time that changes."""

    def __init__(self) -> None:
        self.running: dict[str, bool] = {}
        self.together: list[set[str]] = []

    @property
    def most(self) -> int:
        """How many there were at the same time."""
        return max(map(len, self.together), default=0)

    def take(self, event: dict) -> None:
        """Take an event of `kubectl get pods --watch`."""
        pod = event["object"]
        statuses = pod.get("status", {}).get("containerStatuses", [])
        alive = event["type"] != "DELETED" and any("running" in status["state"] for status in statuses)
        self.running[pod["metadata"]["name"]] = alive
        self.together.append({name for name, alive in self.running.items() if alive})


@contextmanager
def watched(app: App) -> Iterator[Watch]:
    """Watch the web pods for as long as the block runs."""
    settings, watch = app.kubernetes.settings, Watch()
    command = ["kubectl", f"--kubeconfig={settings.kubeconfig}", f"--namespace={app.namespace}", "get", "pods"]
    command += ["--selector=app.kubernetes.io/name=web", "--watch", "--output-watch-events", "--output=json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=settings.environment, text=True)

    def read() -> None:
        assert process.stdout
        for line in process.stdout:  # an event each
            watch.take(json.loads(line))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield watch
    finally:
        process.terminate()
        process.wait()
        thread.join()


def lifetimes(app: App) -> list[tuple[float, float, str]]:
    """First and last heartbeat, and name, of every pod that had the volume, in that order."""
    beats: dict[str, list[float]] = {}
    for line in app.exec("deployment/web", "sh", "-c", 'cat "$MEDIA_ROOT/heartbeat"', container="web").splitlines():
        time, name = line.split()
        beats.setdefault(name, []).append(float(time))
    return sorted((min(times), max(times), name) for name, times in beats.items())


def overlaps(spans: list[tuple[float, float, str]]) -> list[str]:
    """Which pods had the volume before an earlier one had ended, and for how long."""
    found = []
    for index, (first, _, name) in enumerate(spans):
        for _, last, earlier in spans[:index]:
            if first < last:
                found.append(f"{name} and {earlier} for {last - first:.1f} s")
    return found
