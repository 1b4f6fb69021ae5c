"""Alerts of the library: each by promtool's unit tests, and some seen firing, and ending, on a real Prometheus."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from tests.cluster import engines, processes
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import REPOSITORY, Settings
from tests.e2e import prometheus as server
from tests.e2e import releases, snippets
from tests.e2e.app import App, replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.nodes import cordoned
from tests.e2e.wait import eventually

pytestmark = [pytest.mark.test_cluster("Prometheus is an engine of it"), pytest.mark.thorough]
RULES = [
    REPOSITORY / folder / "prometheus-rule.yaml"
    for folder in ("components/monitoring", "overlays/ungleich/argocd/backups")
]
TESTS = REPOSITORY / "tests/monitoring/alerts.yaml"
# The example has no metrics of its own: here its /run serves some beside the site, as an image's part.
METRICS = """\
python - <<'END' &
import http.server, os, socket
class Metrics(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(b"site_info 1\\n")
class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6
Server(("::", int(os.environ["METRICS_PORT"])), Metrics).serve_forever()
END
"""
GUNICORN = "exec python -m gunicorn"


def groups() -> list[dict[str, Any]]:
    """The library's rules: an app's own group first, then the platform's."""
    return [group for path in RULES for group in yaml.safe_load(path.read_text())["spec"]["groups"]]


def alerts() -> list[str]:
    """Names of the library's alerts."""
    return [rule["alert"] for group in groups() for rule in group["rules"]]


@pytest.fixture(scope="module")
def prometheus(kubernetes: Kubernetes, settings: Settings) -> Kubernetes:
    """Prometheus with its operator and kube-state-metrics in namespace monitoring."""
    server.start(settings, kubernetes)
    return kubernetes


@pytest.fixture(scope="module")
def programs(settings: Settings) -> Settings:
    """The cluster's programs with promtool among them; no cluster is needed."""
    engines.build(settings, "prometheus")
    return settings


def test_every_alert_has_a_unit_test() -> None:
    tested = {
        one["alertname"] for test in yaml.safe_load(TESTS.read_text())["tests"] for one in test["alert_rule_test"]
    }
    assert tested == set(alerts())


def promtool(settings: Settings, folder: Path, groups: Any, alert: str = "") -> None:
    """Run the unit tests against rules, or those of one alert; raises processes.CommandError."""
    (folder / "rules.yaml").write_text(yaml.safe_dump({"groups": groups}))
    wanted = yaml.safe_load(TESTS.read_text())
    wanted["tests"] = [
        test for test in wanted["tests"] if not alert or alert in {one["alertname"] for one in test["alert_rule_test"]}
    ]
    (folder / "alerts.yaml").write_text(yaml.safe_dump(wanted))
    processes.run(["promtool", "test", "rules", folder / "alerts.yaml"], env={"PATH": settings.path})


def test_unit_tests(programs: Settings, tmp_path: Path) -> None:
    promtool(programs, tmp_path, groups())


@pytest.mark.parametrize("name", alerts())
def test_an_alert_that_never_fires_is_seen(programs: Settings, tmp_path: Path, name: str) -> None:
    planted = groups()
    [rule] = [rule for group in planted for rule in group["rules"] if rule["alert"] == name]
    rule["expr"] = f"({rule['expr']}) > 1e9"
    with pytest.raises(processes.CommandError, match=name):
        promtool(programs, tmp_path, planted, name)


def firing(app: App) -> set[str]:
    """Names of the alerts that fire in an app's namespace."""
    found = server.ask(app.kubernetes, "alerts")["alerts"]
    here = [one for one in found if one["labels"].get("namespace") == app.namespace]
    return {one["labels"]["alertname"] for one in here if one["state"] == "firing"}


def wait_for(app: App, figures: Figures, names: set[str], what: str, *, fires: bool, seconds: float = 420) -> None:
    """Wait until all of these alerts fire, or none does any more."""
    with figures.timed(app.namespace, f"{', '.join(sorted(names))}: {what}"):
        for attempt in eventually(seconds, every=2):
            with attempt:
                assert names & firing(app) == (names if fires else set())


def soon(app: App) -> None:
    """Waiting times of the alerts that a test can sit out; promtool's tests are of the library's own."""
    rules = enumerate(groups()[0]["rules"])
    changes = [
        {"op": "replace", "path": f"/spec/groups/0/rules/{number}/for", "value": "15s"}
        for number, rule in rules
        if "for" in rule
    ]
    target = {"kind": "PrometheusRule", "name": "app"}
    patched(app, "alerts.yaml", changes, target=target)


def patched(app: App, file: str, patch: Any, **more: Any) -> None:
    """Put a patch into the app's platform folder."""
    listed = {"patches": [{"path": file, **more}]}
    snippets.write({file: yaml.safe_dump(patch), "kustomization.yaml": yaml.safe_dump(listed)}, app.platform_folder)


@pytest.fixture(scope="module")
def shop(fleet: Fleet, prometheus: Kubernetes) -> App:
    """The shop, which lists `monitoring`, in a release with metrics."""
    app = fleet.app("example-shop")
    run = (REPOSITORY / "examples/commands/run").read_text()
    releases.push(fleet, app, "9.0.0", run=run.replace(GUNICORN, METRICS + GUNICORN), private=True)
    app.commit("alerts soon", soon)
    app.wait_healthy(releases.deploy(app, "9.0.0"), seconds=400)
    return app


@pytest.fixture(scope="module")
def operated(fleet: Fleet, prometheus: Kubernetes) -> App:
    """A new app on `postgres/cnpg` with `monitoring` and the lines of the database's page."""
    app = fleet.create("operated", "seen", "example/minimal:1.0.0", "--database=cnpg")
    sizing = "  - ../../../../components/sizing\n"
    replace(app.platform_folder / "kustomization.yaml", sizing, f"{sizing.replace('sizing', 'monitoring')}{sizing}")
    snippets.write(snippets.below("components/postgres/cnpg/README.md", "Metrics"), app.platform_folder)
    soon(app)
    fleet.add(app)
    app.wait_healthy(seconds=400)
    return app


def targets(app: App, container: str) -> set[str]:
    """What Prometheus says of the pods that it scrapes: "1" for one that answers."""
    query = quote(f'up{{namespace="{app.namespace}",container="{container}"}}')
    return {one["value"][1] for one in server.ask(app.kubernetes, f"query?query={query}")["result"]}


def test_what_monitoring_declares_is_scraped(shop: App) -> None:
    for attempt in eventually(120):
        with attempt:
            assert targets(shop, "web") == {"1"}
            loaded = {
                rule["name"] for group in server.ask(shop.kubernetes, "rules")["groups"] for rule in group["rules"]
            }
            assert loaded >= {rule["alert"] for rule in groups()[0]["rules"]}
            assert firing(shop) == set()


def test_a_database_of_the_operator(operated: App, fleet: Fleet, figures: Figures) -> None:
    for attempt in eventually(120):
        with attempt:
            assert targets(operated, "postgres") == {"1"}
            assert firing(operated) <= {"SiteNotScraped"}  # the smallest example has no metrics of its own
    [replica] = operated.get("pods", "--selector=cnpg.io/instanceRole=replica")["items"]
    with ExitStack() as stack:
        for node in fleet.settings.nodes:
            stack.enter_context(cordoned(fleet.kubernetes, node.name))
        operated.kubectl("delete", "pod", replica["metadata"]["name"], "--wait=false")
        names = {"DatabaseInstanceMissing"}
        wait_for(operated, figures, names, "from the loss of a replica until it fires", fires=True)
        assert "DatabaseUnavailable" not in firing(operated)
    wait_for(operated, figures, names, "from the nodes' return until it has ended", fires=False)


def test_a_failed_init(shop: App, fleet: Fleet, figures: Figures) -> None:
    releases.push(fleet, shop, "9.1.0", init=releases.BROKEN, private=True)
    releases.deploy(shop, "9.1.0")
    wait_for(shop, figures, {"MigrateFailed"}, "from the commit until it fires", fires=True)
    shop.revert()
    wait_for(shop, figures, {"MigrateFailed"}, "from the repair until it has ended", fires=False)


def test_no_pod_finds_a_node(shop: App, fleet: Fleet, figures: Figures) -> None:
    names = {"WebUnavailable", "WorkerUnavailable", "DatabaseUnavailable", "SiteNotScraped"}
    with ExitStack() as stack:
        for node in fleet.settings.nodes:
            stack.enter_context(cordoned(fleet.kubernetes, node.name))
        shop.kubectl("delete", "pods", "--all", "--wait=false")
        wait_for(shop, figures, names, "from the loss of the pods until they fire", fires=True)
    wait_for(shop, figures, names, "from the nodes' return until they have ended", fires=False)


@pytest.mark.timeout(1500)
def test_a_site_that_nobody_scrapes(shop: App, figures: Figures) -> None:
    """The kubelet brings the new configuration within 3 minutes, and for 5 more Prometheus shows a lost target's last value."""
    lost = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PodMonitor", "metadata": {"name": "web"}}
    shop.commit("no PodMonitor", lambda app: patched(app, "unseen.yaml", {**lost, "$patch": "delete"}))
    wait_for(shop, figures, {"SiteNotScraped"}, "from the PodMonitor's loss until it fires", fires=True, seconds=720)
    shop.revert()
    wait_for(shop, figures, {"SiteNotScraped"}, "from the PodMonitor's return until it has ended", fires=False)


def test_without_kube_state_metrics(shop: App, figures: Figures) -> None:
    scale = ["scale", "deployment/kube-state-metrics", "--namespace=monitoring"]
    shop.kubernetes.kubectl(*scale, "--replicas=0")
    wait_for(shop, figures, {"ClusterMetricsMissing"}, "from kube-state-metrics' end until it fires", fires=True)
    shop.kubernetes.kubectl(*scale, "--replicas=1")
    wait_for(shop, figures, {"ClusterMetricsMissing"}, "from its return until it has ended", fires=False)
