"""What ArgoCD takes for healthy, by overlays/ungleich/argocd/argocd-cm.yaml: a release must go on beside a failed run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from tests.cluster import argocd, processes
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import REPOSITORY, Settings
from tests.e2e.figures import Figures
from tests.e2e.fleet import HEALTH, Fleet
from tests.e2e.repository import Repository
from tests.e2e.wait import eventually

pytestmark = pytest.mark.test_cluster("a folder of its own is synced by a project of everything")
APPLICATION = REPOSITORY / "tests/cluster/testdata/application.yaml"
HIBERNATED = {"conditions": [{"type": "cnpg.io/hibernation", "status": "True", "message": "hibernated"}]}
GOING = {
    "conditions": [{"type": "cnpg.io/hibernation", "status": "False", "message": "waiting"}],
    "phase": "Cluster in healthy state",
}
FAILED = {"lastScheduleTime": "2026-01-01T01:00:00Z", "lastSuccessfulTime": "2026-01-01T00:00:00Z"}
RUN = """\
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "* * * * *"
  concurrencyPolicy: Forbid
  jobTemplate:
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          containers:
            - {name: run, image: "docker.io/library/debian:trixie-slim", command: ["%s"]}
"""


def judged(settings: Settings, tmp_path: Path, given: dict[str, Any], config: Path) -> str:
    """What ArgoCD's own program says of an object."""
    file = tmp_path / "object.yaml"
    file.write_text(yaml.safe_dump(given))
    command = ["argocd", "admin", "settings", "resource-overrides", "health", file, f"--argocd-cm-path={config}"]
    said = processes.run(command, env={"PATH": settings.path, "HOME": str(tmp_path)})
    return said.partition("STATUS: ")[2].split()[0]


def cluster(status: dict[str, Any], **annotations: str) -> dict[str, Any]:
    """A CloudNativePG Cluster in a state."""
    metadata = {"name": "database", "annotations": {f"cnpg.io/{name}": value for name, value in annotations.items()}}
    return {
        "apiVersion": "postgresql.cnpg.io/v1",
        "kind": "Cluster",
        "metadata": metadata,
        "spec": {},
        "status": status,
    }


def phase(name: str) -> dict[str, Any]:
    """The status of a Cluster in a phase."""
    return {"phase": name, "phaseReason": "why", "conditions": [{"type": "Ready", "status": "True"}]}


CRON = {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "nightly"}, "spec": {}, "status": FAILED}
CASES = {
    "a failed run": (CRON, "Healthy", "Degraded"),
    "a switchover": (cluster(phase("Switchover in progress")), "Progressing", "Degraded"),
    "a failover": (cluster(phase("Failing over")), "Progressing", "Degraded"),
    "a restart": (cluster(phase("Primary instance is being restarted in-place")), "Progressing", "Degraded"),
    "a person waited for": (cluster(phase("Waiting for user action")), "Healthy", "Degraded"),
    "hibernated": (cluster(HIBERNATED, hibernation="on"), "Healthy", "Suspended"),
    "going into hibernation": (cluster(GOING, hibernation="on"), "Progressing", "Degraded"),
    "left alone": (cluster(phase("Cluster in healthy state"), reconciliationLoop="disabled"), "Healthy", "Suspended"),
    "healthy": (cluster(phase("Cluster in healthy state")), "Healthy", "Healthy"),
    "unrecoverable": (
        cluster(phase("Cluster is unrecoverable and needs manual intervention")),
        "Degraded",
        "Suspended",
    ),
    "not seen by the operator": (cluster({}), "Progressing", "Progressing"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_argocd_makes_of_it(kubernetes: Kubernetes, settings: Settings, tmp_path: Path, name: str) -> None:
    given, ours, by_itself = CASES[name]
    empty = tmp_path / "empty.yaml"
    empty.write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: argocd-cm, labels: {app.kubernetes.io/part-of: argocd}}\n"
    )
    assert judged(settings, tmp_path, given, empty) == by_itself, "ArgoCD has changed: is the override still needed?"
    assert judged(settings, tmp_path, given, HEALTH) == ours


@pytest.fixture
def nightly(
    fleet: Fleet, kubernetes: Kubernetes, settings: Settings, namespace: str, tmp_path: Path
) -> Iterator[Repository]:
    """A folder with a CronJob that runs each minute, synced."""
    repository = Repository(tmp_path / "work", argocd.create_repository(settings, namespace), "main")
    write(repository, "true", "first")
    application = Template(APPLICATION.read_text()).substitute(name=namespace, url=argocd.url(settings, namespace))
    kubernetes.kubectl("apply", "--filename=-", stdin=application)
    yield repository
    kubernetes.kubectl("delete", "application", namespace, "--namespace=argocd")


def write(repository: Repository, command: str, value: str) -> str:
    """Push what the CronJob runs, and a release."""
    folder = repository.path / "app"
    folder.mkdir(exist_ok=True)
    (folder / "cron.yaml").write_text(RUN % command)
    (folder / "kustomization.yaml").write_text(
        f"resources: [cron.yaml]\nconfigMapGenerator: [{{name: settings, literals: [key={value}]}}]\n"
    )
    return repository.commit(value)


def synced(kubernetes: Kubernetes, name: str, revision: str) -> None:
    """Wait until ArgoCD has brought a commit to its end, and well."""
    for attempt in eventually(120):
        with attempt:
            operation = kubernetes.get("application", name, "--namespace=argocd")["status"]["operationState"]
            assert operation["phase"] == "Succeeded", operation.get("message")
            assert operation["syncResult"]["revision"] == revision


@pytest.mark.thorough
def test_a_release_after_a_failed_scheduled_run(
    kubernetes: Kubernetes, namespace: str, nightly: Repository, figures: Figures
) -> None:
    here = f"--namespace={namespace}"
    for attempt in eventually(150):
        with attempt:
            assert kubernetes.get("cronjob", "nightly", here)["status"].get("lastSuccessfulTime")
    write(nightly, "false", "second")
    for attempt in eventually(200):
        with attempt:
            status = kubernetes.get("cronjob", "nightly", here)["status"]
            assert status["lastScheduleTime"] > status["lastSuccessfulTime"]
            assert not status.get("active"), "still running"
    with figures.timed("nightly", "a release after a failed scheduled run"):
        synced(kubernetes, namespace, write(nightly, "false", "third"))
