"""Backups while something breaks: no half point is there, and it goes on, or is done again, by itself. docs/backup.md."""

from __future__ import annotations

import signal
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from tests.backup.s3 import Buckets
from tests.cluster import machines, outage, processes
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import CONTROL, Settings
from tests.e2e import points
from tests.e2e.app import App, ready
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.nodes import cordoned
from tests.e2e.points import begin, finished, manifest, runs_in, whole
from tests.e2e.wait import eventually
from tests.resilience.small_disk import SmallDisk

pytestmark = [pytest.mark.test_cluster("it stops its S3 server and its nodes"), pytest.mark.thorough]
ROWS, MEBIBYTES = 100_000, 64
# Random, so that nothing of it is stored twice or made smaller: each point has as much to send as the first.
FILL = f"""
TRUNCATE kept; INSERT INTO kept SELECT string_agg(md5(random()::text), '')
FROM generate_series(1, {ROWS} * 32) AS id GROUP BY id / 32
"""  # noqa: S608  a number of ours
DUMPS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump'"
LOST = "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"


@pytest.fixture(scope="module")
def buckets(kubernetes: Kubernetes, settings: Settings) -> Buckets:
    """The S3 server, as its administrator."""
    return points.buckets(kubernetes, settings)


@pytest.fixture(scope="module")
def site(fleet: Fleet, buckets: Buckets, tmp_path_factory: pytest.TempPathFactory) -> App:
    """An app with a bucket, whose point takes a while."""
    app = points.deployed(fleet, buckets, "faults", tmp_path_factory.mktemp("key"))
    app.sql("CREATE TABLE kept (text text)")
    assert app.api("POST", "notes", {"key": "kept", "text": "a row of the site's"}).status == 201
    return app


@pytest.fixture
def full(site: App) -> App:
    """The app with data that no earlier point has."""
    site.sql(FILL)
    site.exec("deployment/web", "sh", "-c", f"head -c {MEBIBYTES << 20} /dev/urandom > /media/big")
    return site


@pytest.fixture(autouse=True)
def no_half_point(site: App, buckets: Buckets) -> Iterator[None]:
    """After each fault there is one more point, at least, and none lacks a part."""
    before = whole(site, buckets)
    yield
    assert whole(site, buckets) > before
    site.kubectl("delete", "jobs", "--all")


def test_visitors_during_a_backup(full: App, figures: Figures) -> None:
    alone = asked(full, 20)
    begin(full, "beside")
    during = []
    for attempt in eventually(240, every=0):
        with attempt:
            during += asked(full, 2)
            assert full.get("job", "beside")["status"].get("succeeded")
    for what, seconds in (("alone", alone), ("during a backup", during)):
        figures.add(
            "faults-site", f"an answer from the database, {what}: median", milliseconds(statistics.median(seconds))
        )
        figures.add("faults-site", f"an answer from the database, {what}: slowest", milliseconds(max(seconds)))
    assert statistics.median(during) < 1


def test_s3_is_away_when_a_run_begins(site: App, settings: Settings) -> None:
    with silent(settings):
        begin(site, "away")
        first = runs_in(site, "away")["metadata"]["name"]
        for attempt in eventually(120):
            with attempt:
                assert site.get("pod", first)["status"]["phase"] == "Failed"
        assert "S3 doesn't answer" in site.logs(first, "backup")
    finished(site, "away")


def test_s3_is_away_for_a_while_in_the_middle(full: App, buckets: Buckets, settings: Settings) -> None:
    before = whole(full, buckets)
    with in_the_middle(full, "pause", settings) as pod:
        time.sleep(30)
    finished(full, "pause")
    assert len(whole(full, buckets) - before) == 1
    assert [one["metadata"]["name"] for one in full.get("pods", "--selector=job-name=pause")["items"]] == [pod]


def test_s3_is_full(full: App, buckets: Buckets, settings: Settings) -> None:
    before = whole(full, buckets)
    disk = SmallDisk(machines.find(settings)[CONTROL], str(settings.run / "s3/buckets" / full.namespace))
    used = sum(
        file.stat().st_size for file in (settings.run / "s3/buckets" / full.namespace).rglob("*") if file.is_file()
    )
    disk.mount((used >> 20) + 24)
    try:
        begin(full, "full")
        pod = runs_in(full, "full")["metadata"]["name"]
        for attempt in eventually(120):
            with attempt:
                assert "no space left" in full.logs(pod, "backup").lower()
        assert whole(full, buckets) == before
        disk.grow(2048)
        finished(full, "full", seconds=400)
    finally:
        disk.unmount()


def test_the_database_restarts_in_the_middle(full: App, settings: Settings) -> None:
    with in_the_middle(full, "restart", settings) as pod:
        full.kubectl("delete", "pod", full.database_pod()["metadata"]["name"])
    finished(full, "restart", seconds=400)
    assert "the dump broke off" in full.logs(pod, "backup") or "server closed the connection" in full.logs(
        pod, "backup"
    )


def test_a_node_is_lost_in_the_middle(full: App, kubernetes: Kubernetes, settings: Settings, figures: Figures) -> None:
    """The backup's, and not the database's; the administrator says that it won't come back."""
    database = full.database_pod()["spec"]["nodeName"]
    [other] = [node for node in settings.nodes if node.name != database]
    with ExitStack() as stack:
        with cordoned(kubernetes, database), in_the_middle(full, "lost", settings):
            start = time.monotonic()
            stack.enter_context(outage.stopped(settings, other))
        for attempt in eventually(120):
            with attempt:
                assert not ready(kubernetes.get("node", other.name))
        kubernetes.kubectl("taint", "node", other.name, LOST)
        stack.callback(kubernetes.kubectl, "taint", "node", other.name, f"{LOST}-")
        finished(full, "lost", seconds=400)
        took = time.monotonic() - start
        figures.seconds("faults-site", "from the loss of the backup's node until its point is there", took)
    kubernetes.wait("condition=Ready", f"node/{other.name}")


def test_two_at_once(site: App, buckets: Buckets) -> None:
    before = whole(site, buckets)
    for name in ("one", "two"):
        begin(site, name)
    pods = [runs_in(site, name)["metadata"]["name"] for name in ("one", "two")]
    follow = ("logs", "--follow", "--container=backup")
    with ThreadPoolExecutor(2) as both:  # the CronJob keeps one Job that has succeeded: the other's log is read before
        made = {manifest(said)["point"] for said in both.map(lambda pod: site.kubectl(*follow, pod), pods)}
    assert whole(site, buckets) - before == made
    assert len(made) == 2


@contextmanager
def silent(settings: Settings) -> Iterator[None]:
    """The S3 server takes connections and answers nothing for as long as the block runs."""
    server = [process for process, name in processes.tagged(settings.run) if name == "versitygw"]
    assert server
    for process in server:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in server:
            process.send_signal(signal.SIGCONT)


@contextmanager
def in_the_middle(app: App, job: str, settings: Settings) -> Iterator[str]:
    """Begin a run, and let S3 answer nothing from the middle of its dump until the block's end; the pod's name."""
    begin(app, job)
    pod = runs_in(app, job)["metadata"]["name"]
    for attempt in eventually(60, every=0):
        with attempt:
            assert app.sql(DUMPS) == "1"
    with silent(settings):
        yield pod


def asked(app: App, seconds: float) -> list[float]:
    """How long the site takes for what it reads from the database, ten times a second, in seconds; it always answers."""
    took, end = [], time.monotonic() + seconds
    while (start := time.monotonic()) < end:
        assert app.api("GET", "notes").status == 200
        took.append(time.monotonic() - start)
        time.sleep(0.1)
    return took


def milliseconds(seconds: float) -> str:
    """For the table."""
    return f"{seconds * 1000:.0f} ms"
