"""A new customer's first app, made and sealed by the commands that the guide names."""

from __future__ import annotations

import pytest

from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet


@pytest.fixture(scope="module")
def fresh(fleet: Fleet) -> App:
    """The folders of a new app in the working copy; nothing is pushed yet."""
    return fleet.create("fresh", "site", "example/minimal:1.0.0", "--async=1", "--storage=rwo")


def test_new_customer_and_app_reach_healthy(fresh: App, fleet: Fleet, figures: Figures) -> None:
    with figures.timed("fresh-site", "new customer and app, commit to Healthy"):
        fleet.add(fresh)
        fresh.wait_healthy()
    assert fresh.hosts == ["fresh-site.example.com"]
    assert fresh.request().status == 200
    assert [container["name"] for container in fresh.pods("web")[0]["spec"]["containers"]] == ["web", "async"]


def test_it_passes_the_checks(fresh: App, fleet: Fleet) -> None:
    fleet.check(fresh)


def test_its_project_is_the_customers_own(fresh: App) -> None:
    assert fresh.application()["spec"]["project"] == "fresh"
    project = fresh.kubernetes.get("appproject", "fresh", "--namespace=argocd")["spec"]
    assert [one["namespace"] for one in project["destinations"]] == ["fresh-*"]
    assert {one["name"] for one in project["clusterResourceWhitelist"]} == {"fresh-*"}
