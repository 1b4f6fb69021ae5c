"""Backups of an app on the cluster: the S3 server, an app that has a bucket there, and its points made and brought back."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from contextlib import suppress
from pathlib import Path

import yaml

from tests.backup.runs import restic
from tests.backup.s3 import APP_SECRET, REGION, Buckets
from tests.backup.test_documented import documented_policy
from tests.cluster import engines
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Settings
from tests.e2e.app import App, replace
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

PORT = 7070
SIZING = "  - ../../../../components/sizing\n"
STATES = ("maintenance", "maintenance/quiet", "maintenance/stopped")
AUTHORITY = (
    "configMapGenerator:\n  - name: s3-authority\n    files: [ca.crt]\n    options: {disableNameSuffixHash: true}\n"
)


def buckets(kubernetes: Kubernetes, settings: Settings) -> Buckets:
    """The S3 server, as its administrator; started if it isn't there."""
    engines.start(settings, kubernetes, "s3")
    s3 = settings.data["s3"]
    url = f"https://[{settings.data['network']['control']}]:{PORT}"
    return Buckets(url, settings.path, s3["user"], s3["password"], str(settings.run / "pki/ca.crt"))


def deployed(fleet: Fleet, there: Buckets, customer: str, folder: Path) -> App:
    """A new app of a customer with a bucket, made as docs/backup.md says, healthy. folder: for the password of its points."""
    app = fleet.create(customer, "site", "example/minimal:1.0.0", "--storage=cephfs", "--components=backup")
    fleet.add(backed(fleet, there, app, folder)).wait_healthy(seconds=300)
    return app


def backed(fleet: Fleet, there: Buckets, app: App, folder: Path) -> App:
    """Give an app its bucket and keys, and say in the working copy where S3 is; the app. folder: for the password of its points."""
    _give_bucket(fleet, there, app, folder)
    _say_where(fleet, there)
    return app


def _give_bucket(fleet: Fleet, there: Buckets, app: App, folder: Path) -> None:
    with suppress(subprocess.CalledProcessError):  # an earlier run on this cluster may have left its own
        there.forget(app.namespace)
    shutil.rmtree(fleet.settings.run / "s3/buckets" / app.namespace, ignore_errors=True)
    there.make(app.namespace, documented_policy(app.namespace))
    password = folder / "password"
    password.write_text(f"only {app.namespace}'s")
    restic(there.environment(app.namespace, platform=True), "init")
    restic(there.environment(app.namespace, platform=True), "key", "add", f"--new-password-file={password}")
    for key, value in (("password", password.read_text()), ("access-key", app.namespace), ("secret-key", APP_SECRET)):
        fleet.sealer.seal(app.customer, app.name, "backup", key, value)


def _say_where(fleet: Fleet, there: Buckets) -> None:
    """Say in the working copy where S3 is, and whose certificate it has."""
    folder, control = fleet.root / "overlays/cluster", fleet.settings.data["network"]["control"]
    found = yaml.safe_load((folder / "facts.yaml").read_text())
    egress = {"to": [{"ipBlock": {"cidr": f"{control}/128"}}], "ports": [{"protocol": "TCP", "port": PORT}]}
    found["spec"]["s3"] = {"endpoint": there.url, "region": REGION, "egress": egress}
    (folder / "facts.yaml").write_text(yaml.safe_dump(found))
    (folder / "ca.crt").write_text(Path(there.authority).read_text())
    kustomization = folder / "kustomization.yaml"
    if AUTHORITY not in kustomization.read_text():
        kustomization.write_text(kustomization.read_text() + AUTHORITY)


def begin(app: App, name: str) -> None:
    """Begin to make a point now."""
    app.kubectl("create", "job", name, "--from=cronjob/backup")


def make_point(app: App, name: str) -> dict:
    """Make a point now; its manifest."""
    begin(app, name)
    return manifest(finished(app, name))


def manifest(said: str) -> dict:
    """What a run printed of its point."""
    return json.loads(said[said.index("{\n") : said.rindex("\n}") + 2])


def restore(fleet: Fleet, app: App, *words: str) -> str:
    """Restore as the page says; what the Job printed."""
    job = fleet.validators("restore", f"--customer={app.customer}", f"--app={app.name}", *words)
    app.kubectl("create", "--filename=-", stdin=job)
    return finished(app, json.loads(job)["metadata"]["name"])


def finished(app: App, job: str, seconds: float = 240) -> str:
    """Wait until a Job has succeeded; what its newest pod printed."""
    for attempt in eventually(seconds):
        with attempt:
            conditions = app.get("job", job)["status"].get("conditions", [])
            ended = {one["type"] for one in conditions if one["status"] == "True"} & {"Complete", "Failed"}
            assert ended, conditions
    pods = app.get("pods", f"--selector=job-name={job}")["items"]
    newest = max(pods, key=lambda pod: pod["metadata"]["creationTimestamp"])["metadata"]["name"]
    said = app.kubectl("logs", newest, "--all-containers")
    assert ended == {"Complete"}, said
    return said


def runs_in(app: App, job: str, seconds: float = 120) -> dict:
    """Wait until a Job's pod runs; the pod."""
    for attempt in eventually(seconds, every=0.2):
        with attempt:
            [pod] = app.get("pods", f"--selector=job-name={job}")["items"]
            assert pod["status"]["phase"] == "Running"
    return pod


def whole(app: App, there: Buckets) -> set[str]:
    """The names of an app's points; AssertionError for one that lacks a part."""
    listed = restic(there.environment(app.namespace, platform=True), "snapshots", "--json", "--no-lock")
    tags = [dict(tag.partition("=")[::2] for tag in one["tags"]) for one in json.loads(listed)]
    parts = Counter(one["point"] for one in tags)
    points = {one["point"] for one in tags if one["part"] == "manifest"}
    assert {parts[point] for point in points} <= {3}, listed
    return points


def stop(app: App) -> None:
    """The three lines of a restore in place."""
    lines = "".join(f"  - ../../../../components/{name}\n" for name in STATES)
    replace(app.platform_folder / "kustomization.yaml", SIZING, SIZING + lines)
