"""Pods that the platform adds to one app in its own folder: docs/own-pods.md, as two examples have them."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.e2e.app import App
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually


@pytest.fixture(scope="module")
def blog(fleet: Fleet) -> App:
    """The blog, with a CronJob of the platform's."""
    return fleet.healthy("example-blog")


@pytest.fixture(scope="module")
def shop(fleet: Fleet) -> App:
    """The shop, with a container of the platform's beside Valkey."""
    return fleet.healthy("example-shop")


def sized(app: App, name: str) -> dict:
    """What sizing.yaml says of a container of the platform's own."""
    return yaml.safe_load((app.platform_folder / "sizing.yaml").read_text())["spec"]["extra"][name]["resources"]


def test_a_scheduled_pod_reaches_the_database(blog: App) -> None:
    blog.kubectl("create", "job", "report-now", "--from=cronjob/database-report")
    try:
        for attempt in eventually(120):
            with attempt:
                [pod] = blog.get("pods", "--selector=job-name=report-now")["items"]
                assert pod["status"]["phase"] in ("Succeeded", "Failed")
        said = blog.logs(pod["metadata"]["name"], "database-report")
        assert pod["status"]["phase"] == "Succeeded", said
        assert re.search(r"\d+ kB|\d+ MB", said)
        assert pod["spec"]["containers"][0]["resources"] == sized(blog, "database-report")
    finally:
        blog.kubectl("delete", "job", "report-now")


def test_a_container_beside_another_works_and_is_sized(shop: App) -> None:
    [pod] = shop.pods("valkey")
    [container] = [one for one in pod["spec"]["containers"] if one["name"] == "queue-length"]
    assert container["resources"] == sized(shop, "queue-length")
    for attempt in eventually(90):
        with attempt:
            assert re.search(r"^celery \d+$", shop.logs(pod["metadata"]["name"], "queue-length"), re.M)


def test_argocd_counts_them_as_the_apps(blog: App, shop: App) -> None:
    for app, kind, name in ((blog, "CronJob", "database-report"), (shop, "StatefulSet", "valkey")):
        there = {(one["kind"], one["name"]): one.get("status") for one in app.application()["status"]["resources"]}
        assert there[kind, name] == "Synced"
