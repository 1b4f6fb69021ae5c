"""kubectl with the cluster's kubeconfig: apply, wait, read."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.cluster import machines, processes
from tests.cluster.api import Api, NotByHttpError
from tests.cluster.report import ClusterError
from tests.cluster.settings import HERE, Settings

MANIFESTS = HERE / "manifests"


class Kubernetes:
    """The cluster's API, reached by kubectl; what is only read, over HTTP where the cluster is ours."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.api = Api(settings)

    def kubectl(self, *arguments: str | Path, stdin: str | None = None) -> str:
        """Run kubectl and return its output; raises processes.CommandError."""
        command = ["kubectl", f"--kubeconfig={self.settings.kubeconfig}", *arguments]
        return processes.run(command, stdin=stdin, env=self.settings.environment)

    def get(self, *arguments: str) -> dict[str, Any]:
        """What `kubectl get` returns, as JSON; raises processes.CommandError."""
        if self.settings.ours:
            with suppress(NotByHttpError):
                return self.api.get(*arguments)
        return json.loads(self.kubectl("get", "--output=json", *arguments))

    def apply(self, *paths: Path) -> None:
        """Apply files or folders as they are, on the server's side."""
        files = [f"--filename={path.resolve()}" for path in paths]  # kubectl follows no link to a folder
        self.kubectl("apply", "--server-side", "--force-conflicts", *files)

    def apply_manifest(self, name: str, *options: str) -> None:
        """Apply manifests/<name>.yaml with ``${name}`` filled in from the settings; raises ClusterError.

        Repeated for a while: kinds that were applied a moment before aren't there at once.
        """
        text = self.settings.render((MANIFESTS / f"{name}.yaml").read_text())
        apply = ["apply", "--server-side", "--force-conflicts", "--filename=-", *options]
        self._until(120, f"manifests/{name}.yaml can't be applied", *apply, stdin=text)

    def wait_api(self, seconds: float = 60) -> None:
        """Wait until the API server says that it is ready; raises ClusterError."""
        self._until(seconds, "the API server isn't ready", "get", "--raw=/readyz", "--request-timeout=2s")

    def wait(self, condition: str, *what: str, seconds: float = 90) -> None:
        """`kubectl wait` that also waits for the object to be made; raises ClusterError."""
        complaint = f"{' '.join(what)} is not {condition.removeprefix('condition=')}"
        self._until(seconds, complaint, "wait", f"--for={condition}", "--timeout=2s", *what)

    def roll_out(self, *what: str, seconds: float = 90) -> None:
        """`kubectl rollout status`: for what has no condition, such as a DaemonSet; raises ClusterError."""
        self._until(seconds, f"{what[0]} is not rolled out", "rollout", "status", "--timeout=2s", *what)

    def _until(self, seconds: float, complaint: str, *arguments: str, stdin: str | None = None) -> None:
        """Run kubectl until it succeeds; gives up at once when one of the cluster's processes has ended."""

        def attempt() -> None:
            if ended := machines.stopped(self.settings):
                log = self.settings.logs / f"{ended[0]}.log"
                raise ClusterError(f"{log}: {complaint}: {ended[0]} has ended by itself")
            self.kubectl(*arguments, stdin=stdin)

        retrying = Retrying(
            retry=retry_if_exception_type(processes.CommandError),
            stop=stop_after_delay(seconds),
            wait=wait_fixed(0.25),
            reraise=True,
        )
        try:
            retrying(attempt)
        except processes.CommandError as error:
            raise ClusterError(f"{complaint} after {seconds:.0f} s: {last(error.stderr)}") from None


def last(text: str) -> str:
    """The last line of a program's output, for a message of one line."""
    lines = text.strip().splitlines()
    return lines[-1] if lines else "(no output)"
