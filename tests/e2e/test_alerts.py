"""Alerts of the library: each by promtool's unit tests, and some seen firing, and ending, on a real Prometheus."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from tests.cluster import engines, processes
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import REPOSITORY, Settings
from tests.e2e import releases
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

pytestmark = [pytest.mark.test_cluster("Prometheus is an engine of it"), pytest.mark.thorough]
RULE = REPOSITORY / "components/monitoring/prometheus-rule.yaml"
TESTS = REPOSITORY / "tests/monitoring/alerts.yaml"
PROMETHEUS = "prometheus-cluster-0"


@pytest.fixture(scope="module")
def prometheus(kubernetes: Kubernetes, settings: Settings) -> Kubernetes:
    """Prometheus with its operator and kube-state-metrics in namespace monitoring."""
    engines.start(settings, kubernetes, "prometheus")
    kubernetes.wait("condition=Ready", f"pod/{PROMETHEUS}", "--namespace=monitoring", seconds=120)
    return kubernetes


def test_every_alert_has_a_unit_test() -> None:
    tested = {
        one["alertname"] for test in yaml.safe_load(TESTS.read_text())["tests"] for one in test["alert_rule_test"]
    }
    assert tested == set(alerts())


def promtool(settings: Settings, folder: Path, groups: Any) -> None:
    """Run the unit tests against rules; raises processes.CommandError."""
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": groups}))
    (folder / "alerts.yaml").write_text(TESTS.read_text())
    processes.run(["promtool", "test", "rules", folder / "alerts.yaml"], env={"PATH": settings.path})


def test_unit_tests(prometheus: Kubernetes, settings: Settings, tmp_path: Path) -> None:
    promtool(settings, tmp_path, groups())


@pytest.mark.parametrize(
    "name", [rule["alert"] for rule in yaml.safe_load(RULE.read_text())["spec"]["groups"][0]["rules"]]
)
def test_an_alert_that_never_fires_is_seen(
    prometheus: Kubernetes, settings: Settings, tmp_path: Path, name: str
) -> None:
    planted = groups()
    [rule] = [rule for group in planted for rule in group["rules"] if rule["alert"] == name]
    rule["expr"] = f"({rule['expr']}) > 1e9"
    with pytest.raises(processes.CommandError, match=name):
        promtool(settings, tmp_path, planted)


def groups() -> list[dict[str, Any]]:
    """The library's rules."""
    return yaml.safe_load(RULE.read_text())["spec"]["groups"]


def alerts() -> list[str]:
    """Names of the library's alerts."""
    return [rule["alert"] for group in groups() for rule in group["rules"]]


def ask(kubernetes: Kubernetes, path: str) -> Any:
    """What Prometheus' API answers."""
    pod = kubernetes.get("pod", PROMETHEUS, "--namespace=monitoring")["status"]["podIP"]
    connection = http.client.HTTPConnection(pod, 9090, timeout=10)
    connection.request("GET", f"/api/v1/{path}")
    return json.load(connection.getresponse())["data"]


def firing(app: App) -> dict[str, str]:
    """Alerts of an app's namespace, each pending or firing."""
    found = ask(app.kubernetes, "alerts")["alerts"]
    return {
        one["labels"]["alertname"]: one["state"] for one in found if one["labels"].get("namespace") == app.namespace
    }


def wait_for(app: App, figures: Figures, name: str, what: str, *, fires: bool) -> None:
    """Wait until an alert fires, or has ended."""
    with figures.timed(app.namespace, f"alert {name}: {what}"):
        for attempt in eventually(420, every=2):
            with attempt:
                assert (firing(app).get(name) == "firing") == fires, firing(app)


@pytest.fixture(scope="module")
def shop(fleet: Fleet, prometheus: Kubernetes) -> Iterator[App]:
    """The shop, which lists `monitoring`, with waiting times of its alerts that a test can sit out."""
    app = fleet.app("example-shop")
    app.wait_healthy(seconds=400)
    yield app


def test_what_monitoring_declares_is_scraped(shop: App) -> None:
    for attempt in eventually(120):
        with attempt:
            query = quote(f'up{{namespace="{shop.namespace}",container="web"}}')
            values = [one["value"][1] for one in ask(shop.kubernetes, f"query?query={query}")["result"]]
            assert values, "no target"
            assert set(values) == {"1"}
    assert {rule["name"] for group in ask(shop.kubernetes, "rules")["groups"] for rule in group["rules"]} >= set(
        alerts()
    )


def test_a_failed_init(shop: App, fleet: Fleet, figures: Figures) -> None:
    good = shop.repository.git("rev-parse", "HEAD")
    releases.push(fleet, shop, "9.1.0", init="#!/bin/sh\nexit 1\n", private=True)
    releases.deploy(shop, "9.1.0")
    wait_for(shop, figures, "MigrateFailed", "from the commit until it fires", fires=True)
    assert good != shop.revert()
    wait_for(shop, figures, "MigrateFailed", "from the repair until it ends", fires=False)
