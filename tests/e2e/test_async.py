"""Tasks and schedules: Celery with Valkey, Django Q in Deployments of its own and in the web pod."""

from __future__ import annotations

import json
import math
import time
from typing import Any

import pytest

from tests.e2e.app import App, replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

# Whose pods have the container `async`.
WORKERS = {"example-shop": "async", "example-archive": "async", "example-blog": "web"}
CELERY_TICK, CELERY_TICKS = 10, 6  # seconds; fewer than the example's 60, so that there are several to count
DJANGO_Q_TICK, DJANGO_Q_TICKS = 60, 3
LONG = 25  # seconds: a task that is running still when its worker has been told to end


@pytest.fixture(scope="module")
def apps(fleet: Fleet, figures: Figures) -> dict[str, App]:
    """The apps, healthy: Celery, then two of Django Q."""
    apps = {name: fleet.app(name) for name in WORKERS}
    start = time.monotonic()
    for name, app in apps.items():
        app.wait_healthy(seconds=400)
        figures.seconds(name, "first sync, with others at the same time, to Healthy", time.monotonic() - start)
    return apps


@pytest.fixture(scope="module")
def shop(apps: dict[str, App]) -> App:
    """Celery: two workers, one scheduler, and more ticks than the example has."""
    app = apps["example-shop"]

    def change(app: App) -> None:
        with (app.customer_folder / "app.env").open("a") as file:
            file.write(f"TICK_SECONDS={CELERY_TICK}\n")

    app.wait_healthy(app.commit("tick more often", change), seconds=300)
    return app


@pytest.fixture(scope="module")
def archive(apps: dict[str, App]) -> App:
    """Django Q: the platform grants it a second worker."""
    app = apps["example-archive"]

    def change(app: App) -> None:
        replace(app.platform_folder / "sizing.yaml", "async:\n    replicas: 1", "async:\n    replicas: 2")

    app.wait_healthy(app.commit("a second worker", change))
    return app


@pytest.fixture(scope="module")
def doubled(archive: App, shop: App) -> dict[str, App]:
    """Both with two workers."""
    for app in (archive, shop):
        for attempt in eventually(60):  # the replaced ones end when they have finished
            with attempt:
                assert len(everyone(app)) == 2
    return {app.namespace: app for app in (archive, shop)}


@pytest.fixture(scope="module", autouse=True)  # before the first test, for the last one to look back on
def since(doubled: dict[str, App]) -> float:
    """When both had two workers."""
    return time.time()


def everyone(app: App) -> dict[str, dict[str, Any]]:
    """The workers' pods by name, with those that are ending."""
    return {pod["metadata"]["name"]: pod for pod in app.all_pods("async")}


def create(app: App, seconds: float) -> str:
    """A new job that takes so long; its id."""
    answer = app.api("POST", "jobs", {"seconds": seconds})
    assert answer.status == 202, answer.body
    return json.loads(answer.body)["id"]


def job(app: App, identity: str) -> dict[str, Any]:
    """What the site says of a job."""
    return json.loads(app.api("GET", f"jobs/{identity}").body)


def wait_done(app: App, *identities: str) -> None:
    """Wait until these jobs are done, each of them begun once."""
    for identity in identities:
        for attempt in eventually(60):
            with attempt:
                found = job(app, identity)
                assert (found["state"], found["attempts"]) == ("done", 1), found


def begun_in(app: App, identity: str) -> list[str]:
    """The pods whose worker says that it began the job, as often as it says so."""
    pods = [pod["metadata"]["name"] for pod in app.pods(WORKERS[app.namespace])]
    return [pod for pod in pods for _ in range(app.logs(pod, "async").count(f"job {identity} begins"))]


def ticks(app: App) -> list[float]:
    """When the scheduled task ran: the last 100 times, in seconds since the epoch."""
    return json.loads(app.api("GET", "ticks").body)["ticks"]


def test_a_worker_in_the_web_pod_does_tasks(apps: dict[str, App]) -> None:
    blog = apps["example-blog"]
    made = [create(blog, 0.1) for _ in range(3)]
    wait_done(blog, *made)
    assert [begun_in(blog, one) for one in made] == [[blog.pods("web")[0]["metadata"]["name"]]] * 3


@pytest.mark.parametrize("name", ["example-shop", "example-archive"])
def test_workers_of_their_own_share_the_tasks(doubled: dict[str, App], name: str) -> None:
    app = doubled[name]
    made = [create(app, 2) for _ in range(8)]
    wait_done(app, *made)
    where = [begun_in(app, one) for one in made]
    assert all(len(pods) == 1 for pods in where), where
    assert {pod for pods in where for pod in pods} == {pod["metadata"]["name"] for pod in app.pods("async")}


def test_a_worker_that_ends_finishes_its_task(doubled: dict[str, App], figures: Figures) -> None:
    running = {name: create(app, LONG) for name, app in doubled.items()}
    for name, identity in running.items():
        for attempt in eventually(30):
            with attempt:
                assert job(doubled[name], identity)["state"] == "running"
    start = time.monotonic()
    for name, identity in running.items():
        [pod] = begun_in(doubled[name], identity)
        doubled[name].kubectl("delete", "pod", pod, "--wait=false")
        assert job(doubled[name], identity)["state"] == "running"
    for name, identity in running.items():
        wait_done(doubled[name], identity)
        for attempt in eventually(60):
            with attempt:
                assert len(everyone(doubled[name])) == 2
        figures.seconds(name, f"worker deleted in a task of {LONG} s, to its end", time.monotonic() - start)


def test_a_worker_that_is_told_to_end_while_it_starts_does(doubled: dict[str, App], figures: Figures) -> None:
    for name, app in doubled.items():
        before = everyone(app)
        app.kubectl("delete", "pod", next(iter(before)), "--wait=false")
        for attempt in eventually(60, every=0.1):
            with attempt:
                fresh = {other: pod for other, pod in everyone(app).items() if other not in before}
                states = [one["state"] for pod in fresh.values() for one in pod["status"].get("containerStatuses", [])]
                assert any("running" in state for state in states)
        [new] = fresh
        app.kubectl("delete", "pod", new, "--wait=false")
        start = time.monotonic()
        for attempt in eventually(60):
            with attempt:
                assert new not in everyone(app)
        figures.seconds(name, "worker deleted in its first second, to its end", time.monotonic() - start)
        for attempt in eventually(60):
            with attempt:
                assert len(everyone(app)) == len(app.pods("async")) == 2


def test_pods_share_the_cache(shop: App) -> None:
    assert len(shop.pods("web")) == 3
    counts = [json.loads(shop.api("POST", "visits").body)["visits"] for _ in range(12)]
    assert counts == list(range(counts[0], counts[0] + 12))


def test_celerys_schedule_fires_once_a_tick(shop: App, figures: Figures) -> None:
    assert (len(shop.pods("scheduler")), len(shop.pods("async"))) == (1, 2)
    old = ticks(shop)
    for attempt in eventually(6 * CELERY_TICK):
        with attempt:
            first = ticks(shop)[-1]
            assert [first] != old[-1:]
    span = CELERY_TICK * CELERY_TICKS
    for attempt in eventually(span + 3 * CELERY_TICK, every=1):
        with attempt:
            assert time.time() > first + span + CELERY_TICK
            counted = [at for at in ticks(shop) if first < at < first + span + CELERY_TICK / 2]
    figures.add("example-shop", f"ticks by Celery in {span} s, one each {CELERY_TICK} s", str(len(counted)))
    assert len(counted) == CELERY_TICKS, [at - first for at in counted]


def test_django_qs_schedule_fires_once_a_tick(archive: App, since: float, figures: Figures) -> None:
    # Workers look at the schedule every 30 s, so a tick is late by up to that. Its number is by when it should have been.
    due = float(archive.sql("select extract(epoch from next_run) from django_q_schedule where name = 'tick'"))
    for attempt in eventually(DJANGO_Q_TICK * (DJANGO_Q_TICKS + 1), every=2):
        with attempt:
            numbers = [math.floor((at - due) / DJANGO_Q_TICK) for at in ticks(archive) if at > since]
            assert len(numbers) >= DJANGO_Q_TICKS, numbers
    figures.add("example-archive", f"ticks by Django Q in {len(numbers)} minutes, one each", str(len(set(numbers))))
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
