"""Alerts on backups: they fire and end on a real Prometheus by what the two commands write of a real point."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backup import fleet
from tests.backup.conftest import app, make_app, postgres, store  # noqa: F401  (fixtures)
from tests.backup.runs import App
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import REPOSITORY, Settings
from tests.e2e import prometheus
from tests.e2e.figures import Figures
from tests.e2e.wait import eventually

pytestmark = [pytest.mark.test_cluster("Prometheus is an engine of it"), pytest.mark.thorough]
RULES = REPOSITORY / "overlays/ungleich/argocd/backups"
EXPORTER = Path(__file__).parent / "testdata/exporter.yaml"
MISSING = {"BackupRetentionMissing", "BackupDrillMissing"}
COMMANDS = ("retention", "drill")


@pytest.fixture(scope="module")
def watching(kubernetes: Kubernetes, settings: Settings) -> Iterator[Kubernetes]:
    """Prometheus with the rules as docs/backup.md has them applied, but with less patience, and a place for the metrics."""
    prometheus.start(settings, kubernetes)
    rules = kubernetes.kubectl("kustomize", RULES)
    assert "for: 10m" in rules
    kubernetes.kubectl("apply", "--server-side", "--filename=-", stdin=rules.replace("for: 10m", "for: 15s"))
    kubernetes.kubectl("apply", "--server-side", f"--filename={EXPORTER}")
    kubernetes.wait("condition=Ready", "pod/textfile", "--namespace=monitoring")
    yield kubernetes
    kubernetes.kubectl("delete", f"--filename={EXPORTER}", "--grace-period=1")
    kubernetes.kubectl("delete", "prometheusrule", "backups", "--namespace=monitoring")


@pytest.fixture
def hoster(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> fleet.Fleet:  # noqa: F811
    """A hoster with one app, which has a point."""
    app.backup()
    return fleet.make(tmp_path, monkeypatch, app)


def test_they_fire_and_end(
    watching: Kubernetes,
    app: App,  # noqa: F811
    hoster: fleet.Fleet,
    figures: Figures,
) -> None:
    """Nobody looks at the points; somebody does; a point rots, and is whole again."""
    wait_for(watching, MISSING, figures, "without metrics, until they fire")
    customer, _, name = fleet.name_of(app).partition("/")
    own = (f"CUSTOMER={customer}", f"APP={name}")
    assert [hoster.run(f"backup-{command}") for command in COMMANDS] == [0, 0]
    publish(watching, hoster)
    wait_for(watching, set(), figures, "after both commands have run, until none fires")
    with fleet.flipped(fleet.objects(app, "data")[0]):
        assert hoster.run("backup-drill", *own) == 1
    publish(watching, hoster)
    wait_for(watching, {"BackupDrillFailed"}, figures, "a bit of a point is another one: until it fires")
    assert hoster.run("backup-drill", *own) == 0
    publish(watching, hoster)
    wait_for(watching, set(), figures, "the point can be restored again: until it ends")


def publish(kubernetes: Kubernetes, hoster: fleet.Fleet) -> None:
    """Let Prometheus read what the commands wrote."""
    written = "".join((hoster.state / f"backup-{command}.prom").read_text() for command in COMMANDS)
    write = ["sh", "-c", "cat >/metrics/new && mv /metrics/new /metrics/metrics.txt"]
    kubernetes.kubectl("exec", "--namespace=monitoring", "--stdin", "textfile", "--", *write, stdin=written)


def wait_for(kubernetes: Kubernetes, names: set[str], figures: Figures, what: str) -> None:
    """Wait until these of the alerts on backups fire, and no other."""
    with figures.timed("alerts on backups", what):
        for attempt in eventually(300, every=2):
            with attempt:
                found = prometheus.ask(kubernetes, "alerts")["alerts"]
                firing = {one["labels"]["alertname"] for one in found if one["state"] == "firing"}
                assert {name for name in firing if name.startswith("Backup")} == names
