"""All of a cluster is lost but git, the S3 server and a kit; the steps of docs/disaster.md bring the apps back.

The last file of a run: it begins with a fleet of its own, and the other tests' is gone by then.
"""

from __future__ import annotations

import base64
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.backup.runs import restic
from tests.backup.s3 import Buckets
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Settings
from tests.e2e import points
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet, clear
from tests.e2e.wait import eventually

pytestmark = [pytest.mark.test_cluster("it takes the whole cluster's keys and volumes away"), pytest.mark.thorough]
KEYS = "--selector=sealedsecrets.bitnami.com/sealed-secrets-key"
LOGINS = "--selector=argocd.argoproj.io/secret-type=repository"
CONTROLLER = ("deployment/sealed-secrets-controller", "--namespace=kube-system")
APPS = {"shop": "--storage=cephfs", "wiki": "--storage=one-node"}
FILE = "photos/2026/a.bin"


@dataclass
class Disaster:
    """What is there before, and what is kept elsewhere: S3, and a folder of the platform's engineer."""

    fleet: Fleet
    kubernetes: Kubernetes
    buckets: Buckets
    folder: Path
    apps: list[App]

    def kit(self, *words: str) -> str:
        """`make dr-kit-open`; what it printed. Raises processes.CommandError."""
        return self.fleet.validators(
            "dr-kit-open", f"KIT={self.folder}/kit.age", f"IDENTITY={self.folder}/person", *words
        )


@pytest.fixture(scope="module")
def own(
    fleet: Fleet, kubernetes: Kubernetes, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fleet]:
    """A fleet with nothing in git but what is to be lost."""
    clear(kubernetes, settings, wait=True)
    made = Fleet(kubernetes, settings, tmp_path_factory.mktemp("disaster"))
    fleet.apps = made.apps  # a failing test's are described
    made.start()
    yield made
    controller(kubernetes)
    kubernetes.kubectl("delete", "secrets", "--namespace=argocd", LOGINS)
    made.stop()


@pytest.fixture(scope="module")
def disaster(
    own: Fleet, kubernetes: Kubernetes, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Disaster:
    """Two apps with rows, files and a bucket, ArgoCD with a login to git, and the platform's own keys in a folder."""
    buckets, apps = points.buckets(kubernetes, settings), []
    for name, storage in APPS.items():
        app = own.create("lost", name, "example/minimal:1.0.0", storage, "--components=backup")
        apps.append(own.add(points.backed(own, buckets, app, tmp_path_factory.mktemp("key"))))
    folder = tmp_path_factory.mktemp("engineer")
    (folder / "keys").mkdir()
    platform = buckets.environment("", platform=True)
    for file, value in (
        ("restic-password", platform["RESTIC_PASSWORD"]),
        ("s3-access-key", platform["AWS_ACCESS_KEY_ID"]),
        ("s3-secret-key", platform["AWS_SECRET_ACCESS_KEY"]),
    ):
        (folder / "keys" / file).write_text(value)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "person"], check=True)
    url = apps[0].application()["spec"]["source"]["repoURL"]
    login = ["create", "secret", "generic", "repository", "--namespace=argocd", f"--from-literal=url={url}"]
    kubernetes.kubectl(*login, "--from-literal=type=git")
    kubernetes.kubectl("label", "secret", "repository", "--namespace=argocd", LOGINS.removeprefix("--selector="))
    for app in apps:
        app.wait_healthy(seconds=300)
        assert app.api("POST", "notes", {"key": "kept", "text": f"row of {app.name}"}).status == 201
        shell(app, f"mkdir -p /media/{Path(FILE).parent} && head -c 200000 /dev/urandom > /media/{FILE}")
    return Disaster(own, kubernetes, buckets, folder, apps)


def test_it_comes_back_from_git_the_bucket_and_the_kit(disaster: Disaster, figures: Figures) -> None:
    sums = {app.name: shell(app, f"sha256sum /media/{FILE}") for app in disaster.apps}
    kit = [f"RECIPIENTS={disaster.folder}/person.pub", f"KEYS={disaster.folder}/keys", f"OUT={disaster.folder}/kit.age"]
    assert "complete for this commit" in disaster.fleet.validators("dr-kit", *kit)
    for app in disaster.apps:
        points.make_point(app, "last-point")
    pointed = time.monotonic()
    for app in disaster.apps:
        assert app.api("POST", "notes", {"key": "late", "text": "after the last point"}).status == 201
    lose(disaster)
    figures.seconds(
        "disaster",
        "age of the newest point at the loss (RPO; a day at the most by the schedule)",
        time.monotonic() - pointed,
    )
    with figures.timed("disaster", "from the bare cluster until both sites serve their data (RTO)"):
        keys(disaster)
        with figures.timed("disaster", "of it, until ArgoCD has brought empty apps behind the page"):
            empty(disaster)
        for app in disaster.apps:
            with figures.timed("disaster", f"of it, lost-{app.name} from its newest point"):
                bring(disaster, app)
        disaster.fleet.repository.git("revert", "--no-edit", "HEAD")
        disaster.fleet.repository.push()
        for app in disaster.apps:
            app.refresh()
            app.wait_healthy(seconds=300)
            served(app, sums[app.name])


def test_the_kit_is_still_complete_for_the_new_cluster(disaster: Disaster) -> None:
    assert "It is complete for git as it is now" in disaster.kit()


def lose(disaster: Disaster) -> None:
    """Nothing stays of apps, volumes, ArgoCD's objects, its logins and the controller with its keys."""
    kubectl = disaster.kubernetes.kubectl
    clear(disaster.kubernetes, disaster.fleet.settings, wait=True)
    kubectl("delete", "secrets", "--namespace=argocd", LOGINS)
    kubectl("delete", *CONTROLLER)
    kubectl("delete", "secrets", "--namespace=kube-system", KEYS)
    spaces = {app.namespace for app in disaster.apps}
    for attempt in eventually(120):
        with attempt:
            volumes = disaster.kubernetes.get("persistentvolumes")["items"]
            left = [one["metadata"]["name"] for one in volumes if one["spec"]["claimRef"]["namespace"] in spaces]
            if left:
                kubectl("delete", "persistentvolumes", *left, "--wait=false", "--ignore-not-found")
            assert not left
    assert not disaster.kubernetes.get("secrets", "--namespace=kube-system", KEYS)["items"]


def keys(disaster: Disaster) -> None:
    """Steps 2 to 4: the kit is opened, and the keys are there before the controller, which makes none of its own then."""
    opened = disaster.folder / "kit"
    assert "It is complete for git as it is now" in disaster.kit(f"TO={opened}")
    kubectl = disaster.kubernetes.kubectl
    kubectl("create", f"--filename={opened}/sealed-secrets-keys.json")
    before = names(disaster, "--namespace=kube-system", KEYS)
    controller(disaster.kubernetes)
    assert names(disaster, "--namespace=kube-system", KEYS) == before
    kubectl("create", f"--filename={opened}/argocd-repositories.json")
    assert names(disaster, "--namespace=argocd", LOGINS) == {"repository"}


def empty(disaster: Disaster) -> None:
    """Step 5: all apps come up behind the page, and nothing writes."""
    for app in disaster.apps:
        points.stop(app)
    disaster.fleet.repository.commit("in maintenance until the data are back")
    disaster.fleet.start()
    for app in disaster.apps:
        disaster.fleet.poke(app.customer)
        for attempt in eventually(120):
            with attempt:
                app.application()
        disaster.fleet.certify(app)
        app.wait_healthy(seconds=300)
        assert app.request().status == 503


def bring(disaster: Disaster, app: App) -> None:
    """Step 6: the newest point by the platform's key, from the kit, and a restore in place."""
    own = disaster.folder / "kit/platform"
    environment = disaster.buckets.environment(app.namespace, platform=True)
    for variable, file in (
        ("RESTIC_PASSWORD", "restic-password"),
        ("AWS_ACCESS_KEY_ID", "s3-access-key"),
        ("AWS_SECRET_ACCESS_KEY", "s3-secret-key"),
    ):
        environment[variable] = (own / file).read_text()
    [newest] = json.loads(restic(environment, "snapshots", "--json", "--no-lock", "--tag=part=manifest", "--latest=1"))
    [point] = [tag.removeprefix("point=") for tag in newest["tags"] if tag.startswith("point=")]
    assert "restored" in points.restore(disaster.fleet, app, f"--point={point}")


def served(app: App, checksum: str) -> None:
    """Visitors see what there was at the last point, by secrets that only the old key opens."""
    for attempt in eventually(60):
        with attempt:
            notes = app.api("GET", "notes").body.decode()
            assert f"row of {app.name}" in notes
    assert "after the last point" not in notes
    assert shell(app, f"sha256sum /media/{FILE}") == checksum
    assert app.request(path=f"/media/{FILE}").status == 200
    secret = app.get("secret", "backup")["data"]
    assert base64.b64decode(secret["password"]).decode() == f"only {app.namespace}'s"


def controller(kubernetes: Kubernetes) -> None:
    """Install the SealedSecrets controller."""
    kubernetes.apply_manifest("sealed-secrets")
    kubernetes.wait("condition=Available", *CONTROLLER)


def names(disaster: Disaster, *which: str) -> set[str]:
    """The names of Secrets."""
    return {one["metadata"]["name"] for one in disaster.kubernetes.get("secrets", *which)["items"]}


def shell(app: App, command: str) -> str:
    """What a shell in the site's pod prints."""
    return app.exec("deployment/web", "sh", "-c", command)
