"""/async and /scheduler: Celery and Django Q do tasks, end warm, and tick once."""

import time
from typing import Any

import pytest

from .client import Client
from .conftest import Site
from .sandbox import Container, Sandbox
from .services import Valkey
from .wait import wait_until

READY = {"celery": "celery.apps.worker", "django-q": "pushing tasks"}


@pytest.fixture(params=["celery", "django-q"])
def queue(request: pytest.FixtureRequest) -> str:
    """TASK_QUEUE."""
    return request.param


@pytest.fixture
def variables(queue: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """What the app needs for `queue`: Celery has Valkey, Django Q nothing but the database."""
    broker = request.getfixturevalue("valkey") if queue == "celery" else {}
    return {"TASK_QUEUE": queue, **broker}


def start_worker(sandbox: Sandbox, queue: str) -> Container:
    """/async, when it takes tasks."""
    worker = sandbox.start("/async")
    worker.logged(" ready" if queue == "celery" else READY[queue])
    return worker


def enqueue(client: Client, seconds: float) -> str:
    """A new job's id."""
    answer = client.api("POST", "jobs", {"seconds": seconds})
    assert answer.status == 202
    return answer.json()["id"]


def wait_for_state(client: Client, job: str, state: str, worker: Container, timeout: float = 30) -> dict[str, Any]:
    """The job, as soon as it is in `state`."""

    def probe() -> dict[str, Any] | None:
        found = client.api("GET", f"jobs/{job}").json()
        return found if found["state"] == state else None

    return wait_until(probe, timeout, lambda: f"job is not {state}:\n{worker.output()}")


def test_django_q_keeps_its_schedule_itself(site: Site, sandbox: Sandbox) -> None:
    """Two workers, one schedule: its first tick comes once; /scheduler says that it isn't needed.

    First in this file: Django Q looks at its schedule after 30 s, and other tests run meanwhile.
    """
    client, _ = site()
    workers = [start_worker(sandbox, "django-q") for _ in range(2)]
    wait_until(lambda: ticks(client), 40, lambda: f"no tick:\n{workers[0].output()}")
    time.sleep(2)
    assert len(ticks(client)) == 1
    refused = sandbox.start("/scheduler")
    assert refused.wait(10) == 2
    assert "remove components/scheduler" in refused.output()


def test_task_done_and_finished_on_sigterm(site: Site, sandbox: Sandbox, queue: str, variables: dict[str, str]) -> None:
    client, _ = site(**variables)
    worker = start_worker(sandbox, queue)
    first = enqueue(client, 0.1)
    assert wait_for_state(client, first, "done", worker) == {
        "id": first,
        "state": "done",
        "attempts": 1,
        "result": "waited 0.1 s",
    }
    long = enqueue(client, 3)
    wait_for_state(client, long, "running", worker)
    worker.terminate()
    late = enqueue(client, 0.1)
    assert worker.wait(30) == 0, worker.output()
    assert client.api("GET", f"jobs/{long}").json()["state"] == "done", worker.output()
    assert client.api("GET", f"jobs/{long}").json()["attempts"] == 1
    # What came during the shutdown waits for the next worker.
    worker = start_worker(sandbox, queue)
    assert wait_for_state(client, late, "done", worker)["attempts"] == 1


def test_task_of_a_killed_worker_runs_again(
    site: Site, sandbox: Sandbox, queue: str, variables: dict[str, str]
) -> None:
    """At least once: SIGKILL in the middle, and another worker does it after the delivery timeout."""
    client, _ = site(**variables, TASK_TIME_LIMIT="2", REDELIVERY_SECONDS="4")
    worker = start_worker(sandbox, queue)
    job = enqueue(client, 1.5)
    wait_for_state(client, job, "running", worker)
    worker.kill()
    worker.wait(10)
    assert client.api("GET", f"jobs/{job}").json()["state"] == "running"
    worker = start_worker(sandbox, queue)
    assert wait_for_state(client, job, "done", worker)["attempts"] == 2


def test_celery_worker_ends_on_sigterm_though_its_broker_is_silent(
    site: Site, sandbox: Sandbox, broker: Valkey
) -> None:
    """As when the broker's node is gone: no answer, no closed connection. Celery's defaults wait for ever."""
    site(TASK_QUEUE="celery", **broker.urls)
    worker = start_worker(sandbox, "celery")
    with broker.silent():
        time.sleep(5)  # heartbeats, were there any, would have begun to wait
        worker.terminate()
        assert worker.wait(150) == 0, worker.output()


def test_celery_scheduler_ticks_once_per_tick(site: Site, sandbox: Sandbox, valkey: dict[str, str]) -> None:
    client, _ = site(TASK_QUEUE="celery", TICK_SECONDS="1", **valkey)
    worker = start_worker(sandbox, "celery")
    beat = sandbox.start("/scheduler")
    wait_until(lambda: ticks(client), 20, lambda: f"no tick:\n{beat.output()}\n{worker.output()}")
    assert 3 <= ticks_within(client, 4) <= 5, beat.output()
    # The singleton is what makes it once: a second one doubles them.
    second = sandbox.start("/scheduler")
    second.logged("beat: Starting")
    assert ticks_within(client, 4) >= 7, "if a second scheduler adds nothing, the count above shows nothing"
    for container in (beat, second):
        container.terminate()
        assert container.wait(10) == 0
    before = len(ticks(client))
    time.sleep(2)
    assert len(ticks(client)) <= before + 1


def test_unknown_queue_is_refused(sandbox: Sandbox) -> None:
    worker = sandbox.start("/async", TASK_QUEUE="rq")
    assert worker.wait(10) == 2
    assert "TASK_QUEUE is 'rq'; write celery or django-q" in worker.output()


def ticks(client: Client) -> list[float]:
    """When it ticked so far."""
    return client.api("GET", "ticks").json()["ticks"]


def ticks_within(client: Client, seconds: float) -> int:
    """How many ticks there are in the next `seconds`."""
    start = time.time()
    time.sleep(seconds + 0.5)
    return sum(start <= at < start + seconds for at in ticks(client))
