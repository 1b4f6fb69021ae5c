"""The customer's crontab: components/cron, as the shop has it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from tests.e2e.app import App, replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

JOB = "cron-clear-sessions"


@pytest.fixture(scope="module")
def shop(fleet: Fleet) -> App:
    """The shop, with five CronJobs."""
    return fleet.healthy("example-shop")


def run(app: App, cron_job: str, name: str) -> dict[str, Any]:
    """Start a run now, and return its pod when it has ended."""
    app.kubectl("create", "job", name, f"--from=cronjob/{cron_job}")
    for attempt in eventually(240):
        with attempt:
            [pod] = app.get("pods", f"--selector=job-name={name}")["items"]
            assert pod["status"]["phase"] in ("Succeeded", "Failed"), pod["status"]["phase"]
    return pod


def status(app: App, name: str) -> dict[str, Any]:
    """The status of a CronJob."""
    return app.get("cronjob", name)["status"]


def test_every_line_of_the_crontab_runs(shop: App) -> None:
    """Among them the one that writes below MEDIA_ROOT, where the site finds its file."""
    names = [one["metadata"]["name"] for one in shop.get("cronjobs")["items"]]
    assert len(names) == len(list(yaml.safe_load_all((shop.customer_folder / "cron.yaml").read_text()))) == 5
    for name in names:
        pod = run(shop, name, f"{name}-now")
        assert pod["status"]["phase"] == "Succeeded", (name, shop.logs(pod["metadata"]["name"], "cron"))
    assert "users.json.gz" in shop.exec("deployment/web", "ls", "/media", container="web")


def test_a_run_has_what_the_site_has(shop: App) -> None:
    [web] = [one for one in shop.pods("web")[0]["spec"]["containers"] if one["name"] == "web"]
    spec = shop.get("cronjob", JOB)["spec"]["jobTemplate"]["spec"]
    [cron] = spec["template"]["spec"]["containers"]
    sizing = yaml.safe_load((shop.platform_folder / "sizing.yaml").read_text())["spec"]["cron"]
    assert cron["image"] == web["image"]
    assert cron["securityContext"] == web["securityContext"]
    assert {one["name"] for one in web["env"]} - {one["name"] for one in cron["env"]} <= {"METRICS_PORT"}
    assert cron["resources"] == sizing["resources"]
    assert spec["activeDeadlineSeconds"] == sizing["deadlineSeconds"]


@pytest.mark.thorough
def test_a_failing_run_is_seen_and_stops_no_release(shop: App, figures: Figures) -> None:
    """By its own schedule: it fails each minute, and two releases go through, that which repairs it too."""

    def fail(app: App) -> None:
        replace(app.customer_folder / "cron.yaml", "[python, manage.py, clearsessions]", '[sh, -c, "exit 3"]')
        replace(app.customer_folder / "cron.yaml", '"30 3 * * *"', '"*/1 * * * *"')

    shop.wait_healthy(shop.commit("a failing run", fail), seconds=400)
    for attempt in eventually(200):
        with attempt:
            failed = [one for one in shop.get("jobs")["items"] if one["status"].get("failed") and owned(one, JOB)]
            assert failed
            assert not status(shop, JOB).get("active")

    def release(app: App) -> None:
        with (app.customer_folder / "app.env").open("a") as file:
            file.write("GREETING=beside a failed run\n")

    figures.seconds(
        "example-shop", "a release beside a failing CronJob", shop.wait_healthy(shop.commit("release", release), 400)
    )
    shop.wait_healthy(shop.revert(), seconds=400)
    shop.repository.git("revert", "--no-edit", "HEAD~2")
    shop.repository.push()
    shop.refresh()
    shop.wait_healthy(seconds=400)


def owned(job: dict[str, Any], cron_job: str) -> bool:
    """Whether a Job was made by a CronJob's schedule."""
    return any(one["name"] == cron_job for one in job["metadata"].get("ownerReferences", []))


@pytest.mark.thorough
def test_a_command_that_never_ends_is_ended(shop: App) -> None:
    """The deadline, by hand a short one: 1,800 s aren't waited for."""
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "endless"},
        "spec": shop.get("cronjob", JOB)["spec"]["jobTemplate"]["spec"],
    }
    job["spec"]["activeDeadlineSeconds"] = 20
    job["spec"]["template"]["spec"]["containers"][0]["command"] = ["sleep", "infinity"]
    shop.kubectl("create", "--filename=-", stdin=json.dumps(job))
    try:
        for attempt in eventually(120):
            with attempt:
                conditions = shop.get("job", "endless")["status"].get("conditions", [])
                assert [one["reason"] for one in conditions if one["type"] == "Failed"] == ["DeadlineExceeded"]
                assert shop.get("pods", "--selector=job-name=endless")["items"] == []
    finally:
        shop.kubectl("delete", "job", "endless")
