"""Files and rows: in one pod's own volume, in one that pods of both nodes share, after a drain, after a restart of all."""

from __future__ import annotations

import time

import pytest

from tests.e2e.app import App, ready
from tests.e2e.figures import Figures
from tests.e2e.files import assert_there, by_node, in_pod, leave, media_root, mounting, wait_serving_without
from tests.e2e.fleet import Fleet
from tests.e2e.nodes import drained, draining
from tests.e2e.wait import eventually


@pytest.fixture(scope="module")
def blog(fleet: Fleet) -> App:
    """The blog: `storage/rwo`, its worker in the web pod."""
    return fleet.healthy("example-blog")


@pytest.fixture(scope="module")
def shop(fleet: Fleet) -> App:
    """The shop: `storage/cephfs`, several pods of web and of async."""
    return fleet.healthy("example-shop")


def test_one_pod_mounts_the_block_volume(blog: App) -> None:
    [web] = blog.pods("web")
    assert mounting(blog) == {web["metadata"]["name"]: ["web", "async"]}
    assert blog.get("persistentvolumeclaim", "media")["spec"]["accessModes"] == ["ReadWriteOncePod"]


def test_site_and_worker_have_the_same_files(blog: App) -> None:
    folder = media_root(blog)
    in_pod(blog, "deployment/web", "upload", "from-a-visitor.txt", "for the worker")
    assert blog.exec("deployment/web", "cat", f"{folder}/from-a-visitor.txt", container="async") == "for the worker"
    write = f"echo -n 'for a visitor' > {folder}/from-the-worker.txt"
    blog.exec("deployment/web", "sh", "-c", write, container="async")
    assert blog.request(path="/media/from-the-worker.txt").body == b"for a visitor"


@pytest.mark.parametrize("namespace", ["example-blog", "example-shop"])
def test_rows_and_files_outlive_every_pod(namespace: str, request: pytest.FixtureRequest, figures: Figures) -> None:
    app: App = request.getfixturevalue(namespace.removeprefix("example-"))
    leave(app, "before-the-restart")
    before = {pod["metadata"]["uid"] for pod in app.get("pods")["items"]}
    with figures.timed(namespace, "every pod deleted, to all of them new and ready"):
        app.kubectl("delete", "pods", "--all", "--wait=false")
        for attempt in eventually(300):
            with attempt:
                workloads = app.get("deployments,statefulsets")["items"]
                wanted = sum(workload["spec"]["replicas"] for workload in workloads)
                pods = [pod for pod in app.get("pods")["items"] if pod["metadata"]["uid"] not in before]
                assert [pod["metadata"]["name"] for pod in pods if not ready(pod)] == []
                assert len(pods) == wanted
    for attempt in eventually(30):  # the proxy hears of the new pods a moment later
        with attempt:
            assert_there(app, "before-the-restart")


def test_pods_of_both_nodes_share_the_files(shop: App) -> None:
    web, workers = by_node(shop, "web"), by_node(shop, "async")
    assert len(web) == len(workers) == 2
    assert shop.get("persistentvolumeclaim", "media")["spec"]["accessModes"] == ["ReadWriteMany"]
    sharing = ("web", "async", "async-2", "scheduler")
    assert {pod["metadata"]["name"] for name in sharing for pod in shop.pods(name)} == set(mounting(shop))
    folder, nodes = media_root(shop), sorted(web)
    for here, there in (nodes, reversed(nodes)):
        in_pod(shop, web[here], "upload", f"from-{here}.txt", f"by {here}")
        assert in_pod(shop, web[there], "read", f"/media/from-{here}.txt") == f"by {here}"
        assert shop.exec(workers[there], "cat", f"{folder}/from-{here}.txt") == f"by {here}"
        shop.exec(workers[here], "sh", "-c", f"echo -n worked on > {folder}/by-async-{here}.txt")
        assert in_pod(shop, web[there], "read", f"/media/by-async-{here}.txt") == "worked on"


@pytest.mark.test_cluster("drains a node, on which others may run something")
def test_a_drained_node_costs_well_under_a_minute(blog: App, figures: Figures) -> None:
    leave(blog, "before-the-drain")
    [node], [database] = by_node(blog, "web"), by_node(blog, "database")
    if database != node:  # the worst case is that both have to move
        with drained(blog.kubernetes, database):
            wait_serving_without(blog, database)

    start = time.monotonic()
    with draining(blog.kubernetes, node) as drain:
        wait_serving_without(blog, node, drain)
        took = time.monotonic() - start
        assert_there(blog, "before-the-drain")
        drain.result()
    figures.seconds("example-blog", "node drained, to site and database serving on the other", took)
    assert took < 60
    assert list(mounting(blog)) == [blog.pods("web")[0]["metadata"]["name"]]
