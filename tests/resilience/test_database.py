"""What becomes of the site, and of what it has acknowledged, when its PostgreSQL is hit (`postgres/standalone`).

Measured on the blog, which has one web pod; docs/platform-guide.md says what to do.
"""

from __future__ import annotations

import base64
import re
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.cluster import crash, processes
from tests.cluster.processes import CommandError
from tests.cluster.settings import REPOSITORY
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.sealing import PASSWORD
from tests.e2e.wait import eventually
from tests.resilience.jobs import Jobs, set_variables
from tests.resilience.ledger import assert_nothing_lost, written
from tests.resilience.mix import NO_UPLOADS
from tests.resilience.small_disk import small_disk
from tests.resilience.traffic import Running, traffic

GUIDE = REPOSITORY / "docs/platform-guide.md"
# Requests a second: what one small pod bears also while it waits for its database.
RATES = {"keep-alive": 10, "new": 5}
RECOVERS = 60  # seconds from a crash until the site writes again
DISK, GROWN = 160, 400  # megabytes
ROW = 200_000  # bytes
HELD = 90  # seconds: longer than the 60 for which the example keeps a connection (CONN_MAX_AGE)
# Takes every connection there is, also those that others give back, for some seconds.
HOG = """
import sys, time, psycopg
held, end = [], time.time() + float(sys.argv[1])
while time.time() < end:
    try:
        held.append(psycopg.connect(""))
    except psycopg.OperationalError:
        time.sleep(0.005)  # sooner than the site, whose connection it was
print(len(held))
"""
CONNECT = ["python", "-c", 'import psycopg; psycopg.connect("")']


@pytest.fixture(scope="module")
def blog(fleet: Fleet) -> App:
    """The blog, healthy; a task that was interrupted is soon delivered again."""
    app = fleet.app("example-blog")
    set_variables(app, TASK_TIME_LIMIT=20, REDELIVERY_SECONDS=30)
    app.wait_healthy(seconds=300)
    return app


@pytest.fixture(scope="module")
def shop(fleet: Fleet) -> App:
    """The shop, which has three web pods, healthy."""
    return fleet.healthy("example-shop")


def restarts(app: App, name: str) -> int:
    """How often the containers of the pods of that name were restarted."""
    statuses = [one for pod in app.pods(name) for one in pod["status"]["containerStatuses"]]
    return sum(one["restartCount"] for one in statuses)


def wait_writing(app: App, seconds: float) -> float:
    """Wait until the site writes; returns the seconds it took."""
    start = time.monotonic()
    for attempt in eventually(seconds, every=0.2):
        with attempt:
            answer = app.api("POST", "notes", {"key": f"probe-{time.time()}", "text": ""}, seconds=5)
            assert answer.status == 201, answer.status
    return time.monotonic() - start


def report(app: App, figures: Figures, running: Running) -> None:
    """Every phase's figures."""
    for phase in running.summary():
        figures.add(app.namespace, phase.name, str(phase))
        print(phase, dict(phase.failures))


def kill(app: App) -> None:
    """SIGKILL to all of PostgreSQL, as when memory runs out."""
    crash.kill(app.kubernetes.settings, app.pods("database")[0], "postgres")


def delete(app: App) -> None:
    """The pod is deleted without any time to end; returns when there is another."""
    [old] = app.pods("database")
    app.kubectl("delete", "pod", "database-0", "--grace-period=0", "--force")
    for attempt in eventually(60, every=0.1):
        with attempt:
            assert [pod["metadata"]["uid"] for pod in app.pods("database")] not in ([], [old["metadata"]["uid"]])


@pytest.mark.parametrize("what", [kill, delete])
def test_a_crash_loses_nothing_that_was_acknowledged(blog: App, figures: Figures, what: Callable[[App], None]) -> None:
    before = restarts(blog, "web")
    jobs = Jobs(blog)
    jobs.submit(5, 8)
    with traffic(blog, NO_UPLOADS, RATES) as running:
        with running.phase(f"database, {what.__name__}"):
            time.sleep(3)  # of load
            what(blog)
            wait_writing(blog, RECOVERS)
        with running.phase(f"database, 10 s after {what.__name__}"):
            time.sleep(10)
    report(blog, figures, running)
    crash_phase, after = running.summary()
    assert crash_phase.failed, "the site has not noticed: nothing was tried"
    figures.add(blog.namespace, f"database, {what.__name__}: lost", assert_nothing_lost(blog, running))
    assert crash_phase.gap < RECOVERS
    assert not after.failed
    jobs.wait_done(120)
    assert restarts(blog, "web") == before, "the site's pods need not restart for it"


def fill(app: App) -> tuple[set[str], str]:
    """Write large notes until one is refused; the keys of those acknowledged, and what the site said then."""
    kept: set[str] = set()
    while len(kept) * ROW < 2 * DISK * 1_000_000:
        key = f"large-{len(kept)}"
        answer = app.api("POST", "notes", {"key": key, "text": secrets.token_hex(ROW // 2)})
        if answer.status != 201:
            return kept, str(answer.status)
        kept.add(key)
    raise AssertionError(f"{len(kept)} notes of {ROW} bytes fit on {DISK} MB")


def test_a_full_disk_stops_writes_until_there_is_room(blog: App, figures: Figures) -> None:
    before = restarts(blog, "web")
    with small_disk(blog, DISK) as disk:
        wait_writing(blog, RECOVERS)
        kept, said = fill(blog)
        assert kept
        figures.add(blog.namespace, "disk full: a write, a read", f"{said}, {blog.request(path='/readyz').status}")
        assert blog.request(path="/healthz").status == 200
        time.sleep(10)  # long enough for PostgreSQL to try to come up, and fail
        figures.add(blog.namespace, "disk full: restarts of the database", str(restarts(blog, "database")))
        disk.grow(GROWN)
        figures.seconds(blog.namespace, "disk grown: until the site writes", wait_writing(blog, 120))
        assert kept <= written(blog)
    assert restarts(blog, "web") == before


def refused(app: App) -> bool:
    """Whether the database has no connection left, for its administrator neither."""
    try:
        app.sql("select 1")
    except CommandError as error:
        return "too many clients" in str(error)
    return False


def test_no_connection_left(blog: App, figures: Figures) -> None:
    before = restarts(blog, "web"), restarts(blog, "database")
    hog = ["python", "-c", HOG, str(HELD)]
    with traffic(blog, NO_UPLOADS, RATES) as running, ThreadPoolExecutor() as pool:
        with running.phase("no connection left"):
            held = pool.submit(blog.exec, "deployment/web", *hog, container="web")
            for attempt in eventually(20, every=0.1):
                with attempt:
                    assert refused(blog), "there still is a connection"
            for attempt in eventually(HELD):  # the site goes on with those that it has, as long as it keeps them
                with attempt:
                    assert blog.request(path="/readyz").status == 503
            assert blog.request(path="/healthz").status == 200
            figures.add(blog.namespace, "no connection left: held by others", held.result().strip())
        figures.seconds(blog.namespace, "connections given back: until the site writes", wait_writing(blog, RECOVERS))
        with running.phase("connections given back"):
            time.sleep(10)
    report(blog, figures, running)
    taken, after = running.summary()
    assert taken.failed
    assert not after.failed
    assert_nothing_lost(blog, running)
    assert before == (restarts(blog, "web"), restarts(blog, "database"))


def tell_the_database(app: App) -> None:
    """Run the command of the platform guide."""
    [command] = re.findall(r"^ +(kubectl .+ get secret database-app .+\n.+ALTER ROLE.+)$", GUIDE.read_text(), re.M)
    settings = app.kubernetes.settings
    environment = {**settings.environment, "KUBECONFIG": str(settings.kubeconfig)}
    printed = processes.run(["sh", "-c", command.replace("acme-shop", app.namespace)], env=environment)
    assert printed.strip() == "ALTER ROLE"


def test_the_password_is_changed_as_the_guide_says(shop: App, fleet: Fleet, figures: Figures) -> None:
    """Three web pods: the commit first, then both at once, the database and the pods."""
    password = f"another 'one' {secrets.token_hex(8)}"

    def seal(app: App) -> None:
        fleet.sealer.seal(app.customer, app.name, "database-app", "password", password)

    with traffic(shop, NO_UPLOADS, RATES) as running:
        with running.phase("password changed"):
            revision = shop.commit("another password", seal)
            for attempt in eventually(90):
                with attempt:
                    data = shop.get("secret", "database-app")["data"]["password"]
                    assert base64.b64decode(data).decode() == password
            with figures.timed(shop.namespace, "password changed in the database: until all pods have it"):
                tell_the_database(shop)
                deployments = [f"deployment/{name}" for name in ("web", "async", "scheduler")]
                shop.kubectl("rollout", "restart", *deployments)
                for deployment in deployments:
                    shop.kubectl("rollout", "status", deployment, "--timeout=240s")
            shop.wait_healthy(revision)
        with running.phase("10 s after that"):
            time.sleep(10)
    report(shop, figures, running)
    assert_nothing_lost(shop, running)
    with pytest.raises(CommandError, match="password authentication failed"):
        shop.exec("deployment/web", "env", f"PGPASSWORD={PASSWORD}", *CONNECT, container="web")
    shop.exec("deployment/web", *CONNECT, container="web")
    assert not running.summary()[-1].failed
