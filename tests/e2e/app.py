"""One app of the fleet: its folders in git, its Application, its pods, and its site from outside."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cluster import processes, web
from tests.cluster.kubernetes import Kubernetes
from tests.e2e.repository import Repository
from tests.e2e.sealing import API_TOKEN
from tests.e2e.wait import eventually

Change = Callable[["App"], object]


class App:
    """An app in its namespace ``<customer>-<app>``."""

    def __init__(self, kubernetes: Kubernetes, repository: Repository, customer: str, name: str) -> None:
        self.kubernetes, self.repository = kubernetes, repository
        self.customer, self.name = customer, name
        self.namespace = f"{customer}-{name}"

    def __repr__(self) -> str:
        return f"App({self.namespace})"

    @property
    def customer_folder(self) -> Path:
        """The customer's zone in the working copy."""
        return self.repository.path / "overlays/customers" / self.customer / self.name

    @property
    def platform_folder(self) -> Path:
        """The platform's zone in the working copy."""
        return self.repository.path / "overlays/ungleich" / self.customer / self.name

    @property
    def hosts(self) -> list[str]:
        """HOSTS of app.env, the main one first."""
        found = re.search(r"^HOSTS=(.*)$", (self.customer_folder / "app.env").read_text(), re.M)
        return found[1].split(",") if found else []

    @property
    def through(self) -> str:
        """How visitors come to it: by the `ingress`, or the `gateway`."""
        listed = (self.customer_folder / "kustomization.yaml").read_text()
        return "gateway" if re.search(r"components/gateway$", listed, re.M) else "ingress"

    def commit(self, message: str, change: Change) -> str:
        """Change the working copy, commit, push, tell ArgoCD as a webhook would; returns the commit's id."""
        change(self)
        revision = self.repository.commit(f"{self.namespace}: {message}")
        self.refresh()
        return revision

    def revert(self) -> str:
        """Revert the last commit and push; returns the new commit's id."""
        revision = self.repository.revert()
        self.refresh()
        return revision

    def refresh(self) -> None:
        """Make ArgoCD look at git now."""
        self.kubernetes.kubectl(
            "annotate", "application", self.namespace, "--namespace=argocd", "--overwrite",
            "argocd.argoproj.io/refresh=normal",
        )  # fmt: skip

    def terminate(self) -> None:
        """End the sync that runs, as `argocd app terminate-op` does: a new commit waits for it."""
        self.kubernetes.kubectl(
            "patch", "application", self.namespace, "--namespace=argocd", "--type=merge",
            '--patch={"status": {"operationState": {"phase": "Terminating"}}}',
        )  # fmt: skip

    def application(self) -> dict[str, Any]:
        """The Application object."""
        return self.kubernetes.get("application", self.namespace, "--namespace=argocd")

    def wait_healthy(self, revision: str | None = None, seconds: float = 180) -> float:
        """Wait until ArgoCD has synced that commit (the newest) and all is healthy; returns the seconds it took."""
        revision, start = revision or self.repository.git("rev-parse", "HEAD"), time.monotonic()
        for attempt in eventually(seconds):
            with attempt:
                status = self.application().get("status", {})
                operation = status.get("operationState", {})
                message = f"{operation.get('message', '')} {status.get('conditions', '')}"
                assert status.get("sync", {}).get("revision") == revision, message
                assert status["sync"]["status"] == "Synced", message
                assert operation.get("phase") == "Succeeded", message
                assert status["health"]["status"] == "Healthy", message
        return time.monotonic() - start

    def get(self, *arguments: str) -> dict[str, Any]:
        """`kubectl get` in the app's namespace, as JSON."""
        return self.kubernetes.get(f"--namespace={self.namespace}", *arguments)

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """Kubectl in the app's namespace; raises processes.CommandError."""
        return self.kubernetes.kubectl(f"--namespace={self.namespace}", *arguments, stdin=stdin)

    def pods(self, name: str) -> list[dict[str, Any]]:
        """The pods of web, async, migrate, database ... that are not going away, oldest first."""
        there = [pod for pod in self.all_pods(name) if "deletionTimestamp" not in pod["metadata"]]
        return sorted(there, key=lambda pod: pod["metadata"]["creationTimestamp"])

    def all_pods(self, name: str) -> list[dict[str, Any]]:
        """The same with those that are going away, in no order."""
        return self.get("pods", f"--selector=app.kubernetes.io/name={name}")["items"]

    def exec(self, target: str, *command: str, container: str = "", stdin: str | None = None) -> str:
        """Run a command in a pod or in one of ``deployment/web``; raises processes.CommandError."""
        options = [f"--container={container}"] if container else []
        options += ["--stdin"] if stdin is not None else []
        return self.kubectl("exec", *options, target, "--", *command, stdin=stdin)

    def sql(self, statement: str) -> str:
        """What a statement returns in the app's own database: unaligned, without heading."""
        pod = self.database_pod()["metadata"]
        user = "postgres" if "cnpg.io/cluster" in pod["labels"] else "app"  # whom the server lets in without a password
        psql = ["psql", f"--username={user}", "--dbname=app", "--tuples-only", "--no-align", "--quiet"]
        return self.exec(pod["name"], *psql, f"--command={statement}", container="postgres").strip()

    def database_pod(self) -> dict[str, Any]:
        """The database's pod, with an operator the one that is written to."""
        operated = self.get("pods", "--selector=cnpg.io/instanceRole=primary")["items"]
        return (operated or self.pods("database"))[0]

    def logs(self, pod: str, container: str) -> str:
        """What a container has printed since its start."""
        return self.kubectl("logs", pod, f"--container={container}", "--tail=-1")

    def request(
        self, method: str = "GET", path: str = "/", *, host: str = "", scheme: str = "https", **options: Any
    ) -> web.Response:
        """Send a request through the ingress or the gateway, by HTTPS and IPv6, to the main host or another; raises OSError."""
        url = f"{scheme}://{host or self.hosts[0]}{path}"
        return web.request(self.kubernetes.settings, method, url, **{"through": self.through, **options})

    def api(self, method: str, path: str, body: Any = None, **options: Any) -> web.Response:
        """Call /api/``path`` of the example app with its token."""
        headers = {"Authorization": f"Bearer {API_TOKEN}"}
        data = None if body is None else json.dumps(body).encode()
        return self.request(method, f"/api/{path}", headers=headers, body=data, **options)

    def describe(self) -> str:
        """The Application's state, the namespace's objects and events, and the end of each pod's logs."""
        here = f"--namespace={self.namespace}"
        logs = ["logs", here, "--all-containers", "--prefix", "--tail=30", "--ignore-errors"]
        parts = []
        for command in (
            ["get", "application", self.namespace, "--namespace=argocd", "--output=jsonpath={.status}"],
            ["get", "all,persistentvolumeclaims,sealedsecrets,resourcequotas", here, "--output=wide"],
            ["get", "events", here, "--sort-by=.lastTimestamp"],
            [*logs, "--selector=app.kubernetes.io/name"],
        ):
            try:
                parts.append(f"$ kubectl {' '.join(command)}\n{self.kubernetes.kubectl(*command)}")
            except processes.CommandError as error:
                parts.append(f"$ kubectl {' '.join(command)}\n{error}")
        return "\n".join(parts)


def replace(file: Path, old: str, new: str) -> None:
    """Replace a text that stands in a file exactly once; AssertionError otherwise."""
    text = file.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new))


def ready(pod: dict[str, Any]) -> bool:
    """Whether a pod may get visitors."""
    return any((one["type"], one["status"]) == ("Ready", "True") for one in pod["status"].get("conditions", []))
