"""A backup as pods: a point in S3 with TLS, what it takes to bring it back, and what it may reach. docs/backup.md."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.backup.s3 import Buckets
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.processes import CommandError
from tests.cluster.settings import Settings
from tests.e2e import points
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.points import PORT, begin, finished, make_point, restore, runs_in, stop, whole

pytestmark = [pytest.mark.test_cluster("its S3 server is an engine of it"), pytest.mark.thorough]
ROWS = 5000
ASK = "import socket; socket.create_connection(('%s', %d), 5); print('open')"
COUNT = "SELECT count(*) FROM kept"


@pytest.fixture(scope="module")
def buckets(kubernetes: Kubernetes, settings: Settings) -> Buckets:
    """The S3 server, as its administrator."""
    return points.buckets(kubernetes, settings)


@pytest.fixture(scope="module")
def kept(fleet: Fleet, buckets: Buckets, tmp_path_factory: pytest.TempPathFactory) -> App:
    """A new app with a bucket, made as docs/backup.md says, with rows and a file."""
    return points.deployed(fleet, buckets, "kept", tmp_path_factory.mktemp("key"))


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
    begin(kept, "killed")
    pod = runs_in(kept, "killed")
    kept.kubectl("delete", "pod", pod["metadata"]["name"], "--grace-period=0", "--force")
    finished(kept, "killed")
    assert whole(kept, buckets)


def test_only_the_backup_reaches_s3(kept: App, settings: Settings) -> None:
    with pytest.raises(CommandError, match=r"(?i)timed? ?out|refused|unreachable"):
        kept.exec("deployment/web", "python", "-c", ASK % (settings.data["network"]["control"], PORT))
    assert "backup" not in kept.exec("deployment/web", "env")


def _shell(app: App, command: str) -> str:
    return app.exec("deployment/web", "sh", "-c", command)
