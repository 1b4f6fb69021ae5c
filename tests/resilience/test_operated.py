"""A database with an operator, hit under load: what was acknowledged and is lost, and for how long nothing could be written.

The same app three times: on `postgres/cnpg` as it is (asynchronous replication), with the lines of its README for synchronous
replication, and on `postgres/standalone`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.cluster import engines, outage
from tests.e2e import snippets
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.nodes import drained
from tests.e2e.wait import eventually
from tests.resilience.deployed import edit_sizes
from tests.resilience.ledger import lost_writes, written
from tests.resilience.mix import NO_UPLOADS
from tests.resilience.traffic import traffic

RATES = {"keep-alive": 8, "new": 4}
OPERATOR = "deployment/cnpg-controller-manager"
CLUSTER = "cluster.postgresql.cnpg.io/database"
README = "components/postgres/cnpg/README.md"
WRITES_AGAIN = 300  # seconds
STAYS_AWAY = 120  # seconds; Kubernetes has found the node dead and replaced its pods after 80
NEWER = "ghcr.io/cloudnative-pg/postgresql:17.7-system-trixie"
PATCH = """\
apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata: {name: database}
spec: {imageName: "%s"}
"""


pytestmark = pytest.mark.test_cluster("stops nodes, and the operator is an engine of it")


@pytest.fixture(scope="module")
def apps(fleet: Fleet, figures: Figures) -> Iterator[dict[str, App]]:
    """The three, healthy, each with its web pod on the node that holds no primary."""
    made = {
        "operated-async": fleet.create("operated", "async", "example/minimal:1.0.0", "--database=cnpg"),
        "operated-sync": fleet.create("operated", "sync", "example/minimal:1.0.0", "--database=cnpg"),
        "operated-alone": fleet.create("operated", "alone", "example/minimal:1.0.0"),
    }
    synchronous(made["operated-sync"])
    keep_operator(fleet)
    figures.compare(*made)
    for app in made.values():
        fleet.add(app)
    for app in made.values():
        app.wait_healthy(seconds=400)
    yield made


def keep_operator(fleet: Fleet) -> None:
    """The operator on the control plane's node: lost with the primary's, it would come back after five minutes only."""
    engines.start(fleet.settings, fleet.kubernetes, "cloudnative-pg")
    pod = {
        "nodeSelector": {"kubernetes.io/hostname": fleet.settings.control_plane.name},
        "tolerations": [{"key": "node-role.kubernetes.io/control-plane", "operator": "Exists"}],
    }
    patch = json.dumps({"spec": {"template": {"spec": pod}}})
    fleet.kubernetes.kubectl("patch", OPERATOR, "--namespace=cnpg-system", f"--patch={patch}")
    fleet.kubernetes.roll_out(OPERATOR, "--namespace=cnpg-system")


def synchronous(app: App) -> None:
    """The lines of the component's page."""
    snippets.write(snippets.below(README, "No acknowledged write lost"), app.platform_folder)


def writes(app: App, seconds: float) -> bool:
    """Whether the site writes, asked once."""
    try:
        answer = app.api("POST", "notes", {"key": f"probe-{time.time()}", "text": ""}, seconds=seconds)
    except OSError:
        return False
    return answer.status == 201


def killed(app: App, stack: ExitStack, fleet: Fleet) -> None:
    """The primary's pod is deleted without any time to end; its process goes on for a moment, and still takes writes."""
    pod = app.database_pod()["metadata"]
    app.kubectl("delete", "pod", pod["name"], "--grace-period=0", "--force", "--wait=false")
    for attempt in eventually(WRITES_AGAIN):
        with attempt:
            assert app.database_pod()["metadata"]["uid"] != pod["uid"]


def node_drained(app: App, stack: ExitStack, fleet: Fleet) -> None:
    """The primary's node is emptied, as for its maintenance."""
    stack.enter_context(drained(fleet.kubernetes, app.database_pod()["spec"]["nodeName"]))


def node_stopped(app: App, stack: ExitStack, fleet: Fleet) -> None:
    """The primary's node is as if its power were cut."""
    [node] = [one for one in fleet.settings.nodes if one.name == app.database_pod()["spec"]["nodeName"]]
    stack.enter_context(outage.stopped(fleet.settings, node))


def resized(app: App, stack: ExitStack, fleet: Fleet) -> None:
    """More memory in sizing.yaml."""

    def change(spec: dict[str, Any]) -> None:
        spec["database"]["resources"]["limits"]["memory"] = "1200Mi"

    app.wait_healthy(app.commit("more memory", lambda app: edit_sizes(app, change)), seconds=400)


def grown(app: App, stack: ExitStack, fleet: Fleet) -> None:
    """More storage in sizing.yaml."""

    def change(spec: dict[str, Any]) -> None:
        spec["database"]["storage"] = "11Gi"

    app.wait_healthy(app.commit("more storage", lambda app: edit_sizes(app, change)), seconds=400)


def upgraded(app: App, stack: ExitStack, fleet: Fleet) -> None:
    """Another minor version."""

    def change(app: App) -> None:
        kustomization = "patches: [{path: database-version.yaml}]"
        files = {"database-version.yaml": PATCH % NEWER, "kustomization.yaml": kustomization}
        snippets.write(files, app.platform_folder)

    app.wait_healthy(app.commit("minor version", change), seconds=400)


@pytest.mark.parametrize("hit", [killed, node_drained, resized, grown, upgraded, node_stopped])
@pytest.mark.parametrize("name", ["operated-async", "operated-sync", "operated-alone"])
def test_the_database_is_hit(
    apps: dict[str, App], fleet: Fleet, figures: Figures, name: str, hit: Callable[[App, ExitStack, Fleet], None]
) -> None:
    app = apps[name]
    if hit is upgraded and name == "operated-alone":
        pytest.skip("its image is the library's, one for all apps")
    for attempt in eventually(WRITES_AGAIN):
        with attempt:
            assert app.request(path="/readyz").status == 200
            assert settled(app), "an instance is not ready"
    what = hit.__name__.replace("_", " ")
    with ExitStack() as stack:
        with traffic(app, NO_UPLOADS, RATES) as running:
            time.sleep(3)  # of load
            with running.phase(what):
                hit(app, stack, fleet)
                if hit is node_stopped and name == "operated-alone":
                    stays_away(app)
                    stack.close()  # the node comes back
                for attempt in eventually(WRITES_AGAIN, every=0.5):
                    with attempt:
                        assert writes(app, 3)
            with running.phase(f"{what}, 10 s later"):
                time.sleep(10)
        for attempt in eventually(WRITES_AGAIN):  # there may be no primary for a while
            with attempt:
                lost = lost_writes(running, written(app))
    acknowledged = running.acknowledged("write")
    phase, _ = running.summary()
    figures.add(name, f"{what}: lost", f"{len(lost)} of {len(acknowledged)} writes")
    figures.add(name, f"{what}: longest time without an answer", f"{phase.gap:.1f} s")
    print(name, what, phase, dict(phase.failures), sorted(lost)[:5])
    assert acknowledged
    if name != "operated-async" or hit not in (killed, node_stopped):
        assert not lost


def stays_away(app: App) -> None:
    """Its volume is the dead node's until somebody says that the node is dead."""
    end = time.monotonic() + STAYS_AWAY
    while time.monotonic() < end:
        assert not writes(app, 3)
        time.sleep(1)


def settled(app: App) -> bool:
    """Whether every instance of the database is ready; standalone has one."""
    if app.namespace == "operated-alone":
        return True
    cluster = app.get(CLUSTER)
    return cluster["status"].get("readyInstances") == cluster["spec"]["instances"]
