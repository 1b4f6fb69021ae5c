"""run, logs and state on an app of the fleet: docs/operating.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.cluster.settings import REPOSITORY, Settings
from tests.e2e.app import App
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually


@pytest.fixture(scope="module")
def shop(fleet: Fleet) -> App:
    """The shop, healthy."""
    return fleet.healthy("example-shop")


def command(settings: Settings, name: str, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """One of the three commands, as make starts it."""
    environment = {**os.environ, "KUBECONFIG": str(settings.kubeconfig), "PATH": settings.path}
    return subprocess.run(
        [sys.executable, "-m", "validators", name, "CUSTOMER=example", "APP=shop", *words],
        cwd=REPOSITORY, env=environment, input=stdin, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def test_a_command_reads_stdin_reaches_the_database_and_its_code_comes_back(shop: App, settings: Settings) -> None:
    users = "from django.contrib.auth.models import User; print('users:', User.objects.count()); raise SystemExit(7)"
    done = command(settings, "run", "COMMAND=python manage.py shell", stdin=users)
    assert "users: " in done.stdout, done.stderr
    done = command(settings, "run", "--", "sh", "-c", "exit 7")
    assert done.returncode == 7, done.stderr
    for attempt in eventually(30):
        with attempt:
            assert shop.all_pods("run") == []
    history = shop.get("configmap", "run-history")["data"]
    assert json.loads(history[max(history)])["exitCode"] == 7


def test_a_rollout_does_not_touch_it(shop: App, settings: Settings) -> None:
    shop.kubectl("rollout", "restart", "deployment/web")
    done = command(settings, "run", "--", "sh", "-c", "sleep 20; echo still here")
    assert done.stdout.strip().endswith("still here"), done.stderr
    shop.kubectl("rollout", "status", "deployment/web", "--timeout=180s")


def test_state_and_logs(shop: App, settings: Settings) -> None:
    done = command(settings, "state")
    assert "the site (web): well" in done.stdout, done.stdout + done.stderr
    assert "cron-clear-sessions" in done.stdout
    assert "== web-" in command(settings, "logs", "LINES=5").stdout
