"""A new customer's first app, made and sealed by the commands that the guide names."""

from __future__ import annotations

import sys

import pytest

from tests.cluster import processes
from tests.cluster.settings import REPOSITORY
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet

HOST = "fresh.example.com"


@pytest.fixture(scope="module")
def fresh(fleet: Fleet) -> App:
    """The folders of a new app in the working copy; nothing is pushed yet."""
    validators(
        fleet, "new-app", "--customer=fresh", "--app=site", "--image=registry.example.com/example/minimal:1.0.0",
        f"--host={HOST}", "--async=1", "--storage=rwo",
    )  # fmt: skip
    fleet.sealer.seal_again("fresh", "site")
    return App(fleet.kubernetes, fleet.repository, "fresh", "site")


def validators(fleet: Fleet, *arguments: str) -> str:
    """Run `python -m validators` on the fleet's working copy; raises processes.CommandError."""
    command = [sys.executable, "-m", "validators", *arguments, f"--root={fleet.root}"]
    environment = {"PATH": fleet.settings.path, "PYTHONPATH": str(REPOSITORY), "HOME": str(fleet.folder)}
    return processes.run(command, env=environment)


def test_new_customer_and_app_reach_healthy(fresh: App, fleet: Fleet, figures: Figures) -> None:
    with figures.timed("fresh-site", "new customer and app, commit to Healthy"):
        fleet.add(fresh)
        fresh.wait_healthy()
    assert fresh.hosts == [HOST]
    assert fresh.request().status == 200
    assert [container["name"] for container in fresh.pods("web")[0]["spec"]["containers"]] == ["web", "async"]


def test_it_passes_the_checks(fresh: App, fleet: Fleet) -> None:
    validators(fleet, "check", str(fresh.platform_folder), str(fresh.customer_folder))


def test_its_project_is_the_customers_own(fresh: App) -> None:
    assert fresh.application()["spec"]["project"] == "fresh"
    project = fresh.kubernetes.get("appproject", "fresh", "--namespace=argocd")["spec"]
    assert [one["namespace"] for one in project["destinations"]] == ["fresh-*"]
    assert {one["name"] for one in project["clusterResourceWhitelist"]} == {"fresh-*"}
