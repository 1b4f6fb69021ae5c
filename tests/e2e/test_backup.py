"""A backup as pods: a point in S3 with TLS, what it takes to bring it back, and what it may reach. docs/backup.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.backup.runs import restic
from tests.backup.s3 import APP_SECRET, REGION, Buckets
from tests.backup.test_documented import documented_policy
from tests.cluster import engines
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.processes import CommandError
from tests.cluster.settings import Settings
from tests.e2e.app import App, replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

pytestmark = [pytest.mark.test_cluster("its S3 server is an engine of it"), pytest.mark.thorough]
PORT, ROWS = 7070, 5000
SIZING = "  - ../../../../components/sizing\n"
STATES = ("maintenance", "maintenance/quiet", "maintenance/stopped")
AUTHORITY = (
    "configMapGenerator:\n  - name: s3-authority\n    files: [ca.crt]\n    options: {disableNameSuffixHash: true}\n"
)
ASK = "import socket; socket.create_connection(('%s', %d), 5); print('open')"
COUNT = "SELECT count(*) FROM kept"


@pytest.fixture(scope="module")
def buckets(kubernetes: Kubernetes, settings: Settings) -> Buckets:
    """The S3 server, as its administrator."""
    engines.start(settings, kubernetes, "s3")
    s3 = settings.data["s3"]
    url = f"https://[{settings.data['network']['control']}]:{PORT}"
    return Buckets(url, settings.path, s3["user"], s3["password"], str(settings.run / "pki/ca.crt"))


@pytest.fixture(scope="module")
def kept(fleet: Fleet, buckets: Buckets, tmp_path_factory: pytest.TempPathFactory) -> App:
    """A new app with a bucket, made as docs/backup.md says, with rows and a file."""
    app = fleet.create("kept", "site", "example/minimal:1.0.0", "--storage=cephfs", "--components=backup")
    buckets.make(app.namespace, documented_policy(app.namespace))
    password = tmp_path_factory.mktemp("key") / "password"
    password.write_text("only this app's")
    restic(buckets.environment(app.namespace, platform=True), "init")
    restic(buckets.environment(app.namespace, platform=True), "key", "add", f"--new-password-file={password}")
    for key, value in (("password", password.read_text()), ("access-key", app.namespace), ("secret-key", APP_SECRET)):
        fleet.sealer.seal(app.customer, app.name, "backup", key, value)
    _facts(fleet.root / "overlays/cluster", buckets, fleet.settings)
    fleet.add(app).wait_healthy(seconds=300)
    return app


@pytest.fixture
def data(kept: App) -> Iterator[str]:
    """Rows and a file, the file's checksum."""
    kept.sql("DROP TABLE IF EXISTS kept; CREATE TABLE kept (id int, text text)")
    kept.sql(f"INSERT INTO kept SELECT id, md5(id::text) FROM generate_series(1, {ROWS}) AS id")  # noqa: S608  a number of ours
    yield _shell(
        kept, "mkdir -p /media/photos && head -c 300000 /dev/urandom > /media/photos/a && sha256sum /media/photos/a"
    )


def test_a_point_is_made_and_comes_back_in_place(fleet: Fleet, kept: App, data: str, figures: Figures) -> None:
    with figures.timed("backup", "a point of a small app, as a pod"):
        manifest = make_point(kept, "first")
    assert ["public", "kept", ROWS] in manifest["database"]["tables"]
    assert manifest["media"]["files"] >= 1
    kept.sql("DROP TABLE kept")
    _shell(kept, "rm -r /media/photos && touch /media/later")
    kept.wait_healthy(kept.commit("stopped", stop))
    with figures.timed("backup", "restored in place, as a pod"):
        said = restore(fleet, kept, f"--point={manifest['point']}")
    assert "restored; what was there is database before_" in said
    kept.wait_healthy(kept.revert())
    assert kept.sql(COUNT) == str(ROWS)
    assert _shell(kept, "sha256sum /media/photos/a; ls /media") == f"{data.rstrip()}\nphotos\n"


def test_a_table_and_a_folder_come_back_while_it_runs(fleet: Fleet, kept: App, data: str) -> None:
    point = make_point(kept, "second")["point"]
    kept.sql("DELETE FROM kept WHERE id > 10")
    _shell(kept, "rm /media/photos/a")
    said = restore(fleet, kept, f"--point={point}", "--table=kept")
    [made] = re.findall(r"rows are in (restored_\d+\.kept)", said)
    assert (kept.sql(COUNT), kept.sql(f"SELECT count(*) FROM {made}")) == ("10", str(ROWS))  # noqa: S608  a name of ours
    kept.kubectl("delete", "job", f"restore-{point.lower()}")
    restore(fleet, kept, f"--point={point}", "--folder=photos")
    assert _shell(kept, "sha256sum /media/photos/a") == data


def test_a_pod_that_is_killed_leaves_no_half_point_and_the_job_goes_on(kept: App, data: str, buckets: Buckets) -> None:
    kept.kubectl("create", "job", "killed", "--from=cronjob/backup")
    for attempt in eventually(120, every=0.2):
        with attempt:
            [pod] = kept.get("pods", "--selector=job-name=killed")["items"]
            assert pod["status"]["phase"] == "Running"
    kept.kubectl("delete", "pod", pod["metadata"]["name"], "--grace-period=0", "--force")
    finished(kept, "killed")
    platform = buckets.environment(kept.namespace, platform=True)
    for manifest in json.loads(restic(platform, "snapshots", "--json", "--no-lock", "--tag=part=manifest")):
        [point] = [tag for tag in manifest["tags"] if tag.startswith("point=")]
        parts = json.loads(restic(platform, "snapshots", "--json", "--no-lock", f"--tag={point}"))
        assert len(parts) == 3


def test_only_the_backup_reaches_s3(kept: App, settings: Settings) -> None:
    with pytest.raises(CommandError, match=r"(?i)timed? ?out|refused|unreachable"):
        kept.exec("deployment/web", "python", "-c", ASK % (settings.data["network"]["control"], PORT))
    assert "backup" not in kept.exec("deployment/web", "env")


def make_point(app: App, name: str) -> dict:
    """Make a point now; its manifest."""
    app.kubectl("create", "job", name, "--from=cronjob/backup")
    said = finished(app, name)
    return json.loads(said[said.index("{\n") : said.rindex("\n}") + 2])


def restore(fleet: Fleet, app: App, *words: str) -> str:
    """Restore as the page says; what the Job printed."""
    job = fleet.validators("restore", f"--customer={app.customer}", f"--app={app.name}", *words)
    app.kubectl("create", "--filename=-", stdin=job)
    return finished(app, json.loads(job)["metadata"]["name"])


def finished(app: App, job: str) -> str:
    """Wait until a Job has succeeded; what it printed."""
    for attempt in eventually(240):
        with attempt:
            conditions = app.get("job", job)["status"].get("conditions", [])
            ended = {one["type"] for one in conditions if one["status"] == "True"} & {"Complete", "Failed"}
            assert ended, conditions
    said = app.kubectl("logs", f"job/{job}", "--all-containers")
    assert ended == {"Complete"}, said
    return said


def stop(app: App) -> None:
    """The three lines of a restore in place."""
    lines = "".join(f"  - ../../../../components/{name}\n" for name in STATES)
    replace(app.platform_folder / "kustomization.yaml", SIZING, SIZING + lines)


def _shell(app: App, command: str) -> str:
    return app.exec("deployment/web", "sh", "-c", command)


def _facts(folder: Path, buckets: Buckets, settings: Settings) -> None:
    """Say where S3 is, and whose certificate it has."""
    facts = yaml.safe_load((folder / "facts.yaml").read_text())
    address = {"ipBlock": {"cidr": f"{settings.data['network']['control']}/128"}}
    egress = {"to": [address], "ports": [{"protocol": "TCP", "port": PORT}]}
    facts["spec"]["s3"] = {"endpoint": buckets.url, "region": REGION, "egress": egress}
    (folder / "facts.yaml").write_text(yaml.safe_dump(facts))
    (folder / "ca.crt").write_text(Path(buckets.authority).read_text())
    kustomization = folder / "kustomization.yaml"
    kustomization.write_text(kustomization.read_text() + AUTHORITY)
