"""Every task that was accepted is done: Celery on Valkey (the shop) and Django Q on the database (the blog).

At least once: a task whose worker was killed is begun again. A worker that is asked to end finishes what it runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.cluster import crash
from tests.e2e.app import App, ready
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually
from tests.resilience.jobs import Jobs, set_variables

LONG = 35  # seconds: longer than the 30 s that Kubernetes grants where nobody says more
LIMIT, REDELIVERY = 45, 60  # the example's TASK_TIME_LIMIT and REDELIVERY_SECONDS
WORKER = {"example-shop": "async", "example-blog": "web"}  # the workload whose container `async` does the tasks
RUNNING = {"example-shop": 4, "example-blog": 2}  # long tasks, of which each has a worker at once


@pytest.fixture(scope="module")
def both(fleet: Fleet) -> list[App]:
    """The shop and the blog, with little to wait for until a lost task is delivered again."""
    apps = [fleet.app("example-shop"), fleet.app("example-blog")]
    for app in apps:
        set_variables(app, TASK_TIME_LIMIT=LIMIT, REDELIVERY_SECONDS=REDELIVERY)
    for app in apps:
        app.wait_healthy(seconds=300)
    return apps


def busy(app: App) -> tuple[Jobs, list[str]]:
    """Long tasks that run, and short ones that wait for a worker; all of it in pods that are there to stay."""
    for attempt in eventually(240):
        with attempt:
            pods = app.all_pods(WORKER[app.namespace])
            assert pods
            assert all(ready(pod) and "deletionTimestamp" not in pod["metadata"] for pod in pods)
            assert app.request(path="/readyz").status == 200
    jobs = Jobs(app)
    running = jobs.submit(LONG, RUNNING[app.namespace])
    jobs.wait_running(running)
    jobs.submit(0.1, 20)
    return jobs, running


def all_done(figures: Figures, what: str, found: list[Jobs], seconds: float) -> None:
    """Wait for all, and write down how it went."""
    start = time.monotonic()
    for jobs in found:
        jobs.wait_done(seconds - (time.monotonic() - start))
        figures.add(jobs.app.namespace, f"{what}: tasks", str(jobs))


def rollout(app: App) -> None:
    """A new setting rolls every pod."""
    set_variables(app, LOG_LEVEL="DEBUG")
    app.wait_healthy(seconds=240)


def delete(app: App) -> None:
    """Delete the workers' pods, one as the other."""
    app.kubectl("delete", "pods", f"--selector=app.kubernetes.io/name={WORKER[app.namespace]}", "--wait=false")


@pytest.mark.parametrize("what", [delete, rollout])
def test_a_worker_that_is_asked_to_end_finishes_its_tasks(
    both: list[App], figures: Figures, what: Callable[[App], None]
) -> None:
    found = [busy(app) for app in both]
    jobs = [one for one, _ in found]
    for one in jobs:
        with one.keep_submitting():
            what(one.app)
    all_done(figures, f"workers, {what.__name__}", jobs, 150)
    for one in jobs:
        assert not one.repeated(), "begun twice: a worker was killed that should have been let finish"


def test_a_killed_workers_tasks_are_done_by_another(both: list[App], figures: Figures) -> None:
    found = [busy(app) for app in both]
    for app in both:
        for pod in app.pods(WORKER[app.namespace]):
            crash.kill(app.kubernetes.settings, pod, "async")
    all_done(figures, "workers killed", [jobs for jobs, _ in found], REDELIVERY + 2 * LONG + 60)
    for jobs, running in found:
        assert set(running) <= jobs.repeated(), "they can't have been interrupted"


def test_a_killed_process_of_celerys_costs_no_waiting(both: list[App], figures: Figures) -> None:
    """Only the process that does the task: the worker sees it, and gives the task back to the queue itself."""
    shop = both[0]
    jobs, running = busy(shop)
    start = time.monotonic()
    for pod in shop.pods("async"):
        crash.kill_children(shop.kubernetes.settings, pod, "async")
    for attempt in eventually(REDELIVERY / 2):
        with attempt:
            assert set(running) <= jobs.repeated()
    figures.seconds("example-shop", "task processes killed: until begun again", time.monotonic() - start)
    all_done(figures, "task processes killed", [jobs], 2 * LONG + 30)


def stop(app: App) -> None:
    """The broker's pod ends in peace, and another takes its volume."""
    app.kubectl("delete", "pod", "valkey-0")


def kill(app: App) -> None:
    """The broker ends from one moment to the next."""
    crash.kill(app.kubernetes.settings, app.pods("valkey")[0], "valkey")


@pytest.mark.parametrize("what", [stop, kill])
def test_the_broker_restarts_without_loss(both: list[App], figures: Figures, what: Callable[[App], None]) -> None:
    shop = both[0]
    jobs = Jobs(shop)
    jobs.submit(3, 40)  # more than can run at once: some wait in the broker
    with jobs.keep_submitting():
        assert jobs.states()["queued"], "nothing was waiting"
        what(shop)
        shop.kubernetes.wait("condition=Ready", "pod/valkey-0", f"--namespace={shop.namespace}")
        for attempt in eventually(60):  # accepted again
            with attempt:
                assert jobs.try_submit(0.1)
    all_done(figures, f"broker, {what.__name__}", [jobs], REDELIVERY + 60)
