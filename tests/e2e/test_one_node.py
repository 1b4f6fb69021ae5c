"""storage/one-node: a block volume that site, worker and `/init` have, on the node of the pod that holds it."""

from __future__ import annotations

import json
import re
import time
from collections import Counter

import pytest

from tests.cluster import crash
from tests.e2e.app import App, ready, replace
from tests.e2e.figures import Figures
from tests.e2e.files import assert_there, by_node, in_pod, leave, media_root, mounting, wait_serving_without
from tests.e2e.fleet import Fleet
from tests.e2e.nodes import draining
from tests.e2e.wait import eventually
from tests.e2e.watch import watched

CRASHES = 3
SIZE = """\
    resources:
      requests: {cpu: 5m, memory: 8Mi, ephemeral-storage: 8Mi}
      limits: {cpu: 50m, memory: 16Mi, ephemeral-storage: 16Mi}
"""


@pytest.fixture(scope="module")
def app(fleet: Fleet, figures: Figures) -> App:
    """A new app with a worker."""
    app = fleet.create("bound", "site", "example/blog:1.9.0", "--async=1", "--storage=one-node")
    with figures.timed(app.namespace, "first commit, to Healthy"):
        fleet.add(app)
        app.wait_healthy(seconds=300)
    return app


def pod(app: App, name: str) -> str:
    """The name of the one ready pod of `name`."""
    [found] = [one["metadata"]["name"] for one in app.pods(name) if ready(one)]
    return found


def test_it_passes_the_checks(app: App, fleet: Fleet) -> None:
    fleet.check(app)


def test_every_pod_has_the_files_on_one_node(app: App) -> None:
    [init] = app.all_pods("migrate")
    pods = [init, *(app.pods(name)[0] for name in ("web", "async", "media"))]
    assert len({one["spec"]["nodeName"] for one in pods}) == 1
    assert mounting(app) == {
        init["metadata"]["name"]: ["init"],
        pod(app, "web"): ["web"],
        pod(app, "async"): ["async"],
        pod(app, "media"): ["media"],
    }
    folder = media_root(app)
    in_pod(app, "deployment/web", "upload", "from-a-visitor.txt", "for the worker")
    assert app.exec("deployment/async", "cat", f"{folder}/from-a-visitor.txt") == "for the worker"
    app.exec("deployment/async", "sh", "-c", f"echo -n 'for a visitor' > {folder}/from-the-worker.txt")
    assert app.request(path="/media/from-the-worker.txt").body == b"for a visitor"


def test_a_release_is_not_noticed(app: App, figures: Figures) -> None:
    def change(app: App) -> None:
        with (app.customer_folder / "app.env").open("a") as file:
            file.write("COLOUR=red\n")

    before = pod(app, "media")
    with watched(lambda: str(app.request().status)) as answers:
        app.commit("a variable", change)
        seconds = app.wait_healthy(seconds=300)
        time.sleep(15)  # what ends has 10 s to be forgotten
    figures.seconds(app.namespace, "release, to Healthy", seconds)
    figures.add(
        app.namespace, "requests lost in a release", f"{sum(one != '200' for one in answers)} of {len(answers)}"
    )
    assert set(answers) == {"200"}, Counter(answers)
    assert pod(app, "media") == before


@pytest.mark.test_cluster("kills a worker's processes")
def test_a_worker_that_crashes_leaves_the_site_alone(app: App) -> None:
    def restarts() -> int:
        return sum(one["restartCount"] for one in app.pods("async")[0]["status"]["containerStatuses"])

    with watched(lambda: str(app.request(path="/readyz").status)) as answers:
        for times in range(1, CRASHES + 1):
            for attempt in eventually(120):
                with attempt:
                    assert ready(app.pods("async")[0])
            crash.kill(app.kubernetes.settings, app.pods("async")[0], "async")
            for attempt in eventually(60):
                with attempt:
                    assert restarts() >= times
    assert set(answers) == {"200"}, Counter(answers)


@pytest.mark.test_cluster("drains a node, on which others may run something")
def test_all_move_when_their_node_is_drained(app: App, figures: Figures) -> None:
    leave(app, "before-the-drain")
    [node] = by_node(app, "web")
    start = time.monotonic()
    with draining(app.kubernetes, node) as drain:
        wait_serving_without(app, node, drain)
        figures.seconds(
            app.namespace, "node drained, to site and database serving on the other", time.monotonic() - start
        )
        for attempt in eventually(120):
            with attempt:
                assert set(by_node(app, "async")) == set(by_node(app, "web")) == set(by_node(app, "media"))
                assert node not in by_node(app, "async")
        figures.seconds(app.namespace, "node drained, to the worker, too", time.monotonic() - start)
        assert_there(app, "before-the-drain")
        drain.result()


@pytest.mark.thorough
def test_from_rwo_to_one_node(fleet: Fleet, figures: Figures) -> None:
    """The steps of docs/platform-guide.md, From rwo to one-node."""
    app = fleet.create("moving", "site", "example/blog:1.9.0", "--async=1", "--storage=rwo")
    fleet.add(app)
    app.wait_healthy(seconds=300)
    leave(app, "before")
    platform, sizing = app.platform_folder / "kustomization.yaml", "  - ../../../../components/sizing\n"
    start = time.monotonic()
    suspended = f"{sizing}  - ../../../../components/suspended\n"
    app.commit("suspended", lambda _: replace(platform, sizing, suspended))
    app.wait_healthy(seconds=300)
    for attempt in eventually(180):
        with attempt:
            assert app.all_pods("web") == app.all_pods("database") == []
    volume = app.get("persistentvolumeclaim", "media")["spec"]["volumeName"]
    patch = ["patch", "persistentvolume", volume]
    app.kubernetes.kubectl(*patch, '--patch={"spec": {"persistentVolumeReclaimPolicy": "Retain"}}')

    def change(app: App) -> None:
        replace(platform, "storage/rwo", "storage/one-node")
        replace(app.platform_folder / "sizing.yaml", "  media:\n", f"  media:\n{SIZE}")
        replace(app.customer_folder / "kustomization.yaml", "components/async-container\n", "components/async\n")

    app.commit("one-node", change)
    app.kubectl("delete", "persistentvolumeclaim", "media")
    free = [
        {"op": "replace", "path": "/spec/accessModes", "value": ["ReadWriteOnce"]},
        {"op": "remove", "path": "/spec/claimRef/uid"},
        {"op": "remove", "path": "/spec/claimRef/resourceVersion"},
    ]
    app.kubernetes.kubectl(*patch, "--type=json", f"--patch={json.dumps(free)}")
    for attempt in eventually(400):
        with attempt:
            claim = app.get("persistentvolumeclaim", "media")
            assert (claim["status"]["phase"], claim["spec"]["volumeName"]) == ("Bound", volume)
            assert claim["spec"]["accessModes"] == ["ReadWriteOnce"]
    app.commit("resumed", lambda _: platform.write_text(re.sub(re.escape(suspended), sizing, platform.read_text())))
    app.wait_healthy(seconds=300)
    figures.seconds(app.namespace, "from rwo to one-node, first commit to the site", time.monotonic() - start)
    assert_there(app, "before")
    assert pod(app, "async") in mounting(app)
