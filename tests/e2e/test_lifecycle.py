"""An app's life, on the example with block storage and a worker in the web pod. The tests build on each other."""

from __future__ import annotations

import time

import pytest

from tests.e2e import releases
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually
from tests.e2e.watch import watched


@pytest.fixture(scope="module")
def blog(fleet: Fleet) -> App:
    """The blog, from an empty namespace."""
    return fleet.app("example-blog")


def migrations(app: App) -> list[str]:
    """The pods that Job `migrate` has made so far, of all syncs."""
    events = app.get("events", "--field-selector=involvedObject.kind=Job,reason=SuccessfulCreate")["items"]
    return sorted({event["message"].split()[-1] for event in events})


def created(app: App, kind: str, name: str) -> str:
    """When an object was made: RFC 3339 in UTC, so that texts compare as times do."""
    return app.get(kind, name)["metadata"]["creationTimestamp"]


def test_first_sync_needs_no_help(blog: App, figures: Figures) -> None:
    figures.seconds("example-blog", "first sync of an empty namespace to Healthy", blog.wait_healthy())
    assert blog.request().status == 200
    assert blog.application()["status"]["operationState"].get("retryCount", 0) == 0


def test_first_sync_keeps_to_the_waves(blog: App) -> None:
    job = blog.get("job", "migrate")
    order = [
        blog.get("namespace", blog.namespace)["metadata"]["creationTimestamp"],
        created(blog, "resourcequota", "sizes"),
        created(blog, "statefulset", "database"),
        job["metadata"]["creationTimestamp"],
        job["status"]["completionTime"],
        created(blog, "deployment", "web"),
    ]
    assert order == sorted(order)
    [ready] = [c for c in blog.pods("database")[0]["status"]["conditions"] if c["type"] == "Ready"]
    assert ready["lastTransitionTime"] <= job["metadata"]["creationTimestamp"]


def test_init_ran_exactly_once(blog: App) -> None:
    assert len(migrations(blog)) == 1
    assert blog.get("job", "migrate")["status"]["succeeded"] == 1


def test_next_release_runs_init_once_and_replaces_the_pods(blog: App, fleet: Fleet, figures: Figures) -> None:
    releases.push(fleet, blog, "2.0.0")
    before = {pod["metadata"]["uid"] for pod in blog.pods("web")}
    revision = releases.deploy(blog, "2.0.0")
    figures.seconds("example-blog", "next release, commit to Healthy (Recreate)", blog.wait_healthy(revision))
    assert releases.serving(blog) == "2.0.0"
    assert releases.init_runs(blog, "2.0.0") == 1
    assert len(migrations(blog)) == 2
    assert not before & {pod["metadata"]["uid"] for pod in blog.pods("web")}


def test_a_push_to_another_app_changes_nothing_here(blog: App, fleet: Fleet) -> None:
    before = blog.get("job", "migrate")["metadata"]["uid"], blog.pods("web")[0]["metadata"]["uid"]
    other = fleet.root / "overlays/customers/example/other/README.md"
    other.parent.mkdir()
    other.write_text("nothing of the blog's\n")
    revision = fleet.repository.commit("example-other: a file")
    blog.refresh()
    blog.wait_healthy(revision)
    assert before == (blog.get("job", "migrate")["metadata"]["uid"], blog.pods("web")[0]["metadata"]["uid"])


def test_a_failing_init_keeps_the_old_release_and_the_next_commit_repairs_it(
    blog: App, fleet: Fleet, figures: Figures
) -> None:
    releases.push(fleet, blog, "3.0.0", init=releases.BROKEN)
    releases.push(fleet, blog, "3.0.1")
    with watched(lambda: releases.serving(blog)) as answers:
        revision = releases.deploy(blog, "3.0.0")
        for attempt in eventually(180):
            with attempt:
                operation = blog.application()["status"].get("operationState", {})
                result = operation.get("syncResult", {})
                assert result.get("revision") == revision
                assert [one.get("hookPhase") for one in result.get("resources", []) if one["kind"] == "Job"] == [
                    "Failed"
                ]
                assert operation["phase"] == "Failed" or operation.get("retryCount", 0) > 0
    assert len(answers) > 20
    assert set(answers) == {"2.0.0"}
    assert blog.application()["status"]["sync"]["status"] == "OutOfSync"

    start = time.monotonic()
    blog.wait_healthy(releases.deploy(blog, "3.0.1"))
    took = time.monotonic() - start
    figures.seconds("example-blog", "repair of a failed /init, commit to Healthy", took)
    assert took < 60
    assert releases.serving(blog) == "3.0.1"
    assert (releases.init_runs(blog, "3.0.0"), releases.init_runs(blog, "3.0.1")) == (0, 1)


def test_rollback_by_git_revert(blog: App, fleet: Fleet, figures: Figures) -> None:
    releases.push(fleet, blog, "4.0.0")
    blog.wait_healthy(releases.deploy(blog, "4.0.0"))
    assert releases.serving(blog) == "4.0.0"
    start = time.monotonic()
    blog.wait_healthy(blog.revert())
    figures.seconds("example-blog", "rollback by git revert to Healthy", time.monotonic() - start)
    assert releases.serving(blog) == "3.0.1"
