"""Under load: two replicas on shared storage, one on block storage, and the same app as tutorials deploy it.

The tests build on each other. The databases stay where they are: what becomes of those is another file's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.cluster import outage
from tests.e2e import releases
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.nodes import cordoned, drained
from tests.e2e.wait import eventually
from tests.resilience import writers
from tests.resilience.deployed import ByLibrary, Deployed, edit_sizes, plain
from tests.resilience.ledger import assert_nothing_lost
from tests.resilience.traffic import Phase, Running, traffic

FIRST, SECOND = "9.0.0", "9.0.1"
LEAST = 50  # requests a second
SMALL = {"requests": {"cpu": "100m", "memory": "256Mi", "ephemeral-storage": "128Mi"}}
# Longer than it takes to find a node dead and to replace its pods; tolerating it for 300 s, as is Kubernetes' default,
# needs more.
DEAD = 150
LONGEST_DOWN = 60  # seconds that a site on block storage may be away for a new pod


@pytest.fixture(scope="module")
def deployed(fleet: Fleet, figures: Figures) -> Iterator[dict[str, Deployed]]:
    """The shop, the blog and the plain Deployment, with their databases on the first node."""
    shop, blog, by_hand = ByLibrary(fleet.app("example-shop")), ByLibrary(fleet.app("example-blog")), plain(fleet)
    figures.compare(shop.app.namespace, by_hand.app.namespace)
    found = {one.app.namespace: one for one in (shop, blog, by_hand)}
    for app, run, private in ((shop.app, writers.SITE, True), (blog.app, writers.RUN, False)):
        for release in (FIRST, SECOND):
            releases.push(fleet, app, release, run=run, private=private)
    edit_sizes(shop.app, shrink)
    for one in (shop, blog):
        releases.deploy(one.app, FIRST)
    for one in (shop, blog):
        one.app.wait_healthy(seconds=400)
    with cordoned(fleet.kubernetes, away(fleet)):
        for one in found.values():
            one.settle()
            if one.app.pods("database")[0]["spec"]["nodeName"] == away(fleet):
                one.app.kubectl("delete", "pod", "database-0")
            fleet.kubernetes.wait("condition=Ready", "pod/database-0", f"--namespace={one.app.namespace}")
    for one in found.values():
        for attempt in eventually(60):
            with attempt:
                assert one.app.request(path="/readyz").status == 200
    yield found


def shrink(spec: dict) -> None:
    """Two replicas, and room for all of it on one node."""
    for name in ("web", "migrate", "async", "database"):
        spec[name]["resources"]["requests"] = SMALL["requests"]
    spec["web"]["replicas"], spec["async"]["replicas"] = 2, 1


def away(fleet: Fleet) -> str:
    """The node that has no database, and so the one to be drained and stopped."""
    return fleet.settings.nodes[1].name


def other(fleet: Fleet) -> str:
    """The node that has the databases."""
    return fleet.settings.nodes[0].name


def report(figures: Figures, one: Deployed, running: Running) -> list[Phase]:
    """Add each phase's figures and what was lost, and hold the load to what was promised."""
    phases = running.summary()
    for phase in phases:
        figures.add(one.app.namespace, phase.name, str(phase))
        print(one.app.namespace, phase.name, phase, dict(phase.failures))
    assert min(phase.rate for phase in phases) >= LEAST, {phase.name: phase.rate for phase in phases}
    return phases


def take_turns(one: Deployed, running: Running, fleet: Fleet) -> None:
    """All that is done to an app on purpose."""
    with running.phase("rollout"):
        one.release(SECOND)
        one.settle()
    one.spread()
    with running.phase("node drained"), drained(fleet.kubernetes, away(fleet)):
        one.settle()
    with running.phase("scaled up"):
        one.scale(3)
        one.settle()
    with running.phase("scaled down"):
        one.scale(2)
        one.settle()
    with running.phase("pods deleted one by one"):
        one.delete_each()


def test_two_replicas_on_shared_storage_fail_no_request(
    deployed: dict[str, Deployed], fleet: Fleet, figures: Figures
) -> None:
    shop = deployed["example-shop"]
    with traffic(shop.app) as running:
        take_turns(shop, running, fleet)
    phases = report(figures, shop, running)
    assert_nothing_lost(shop.app, running)
    assert {phase.name: dict(phase.failures) for phase in phases if phase.failed} == {}


def test_a_plain_deployment_does(deployed: dict[str, Deployed], fleet: Fleet, figures: Figures) -> None:
    """What is compared with; and if nothing failed here, nobody would have looked."""
    by_hand = deployed["plain-site"]
    with traffic(by_hand.app) as running:
        take_turns(by_hand, running, fleet)
    phases = report(figures, by_hand, running)
    assert_nothing_lost(by_hand.app, running)
    assert sum(phase.failed for phase in phases)


def test_a_node_stops_hard(deployed: dict[str, Deployed], fleet: Fleet, figures: Figures) -> None:
    both = [deployed["example-shop"], deployed["plain-site"]]
    [node] = [one for one in fleet.settings.nodes if one.name == away(fleet)]
    for one in both:
        one.spread()
    with traffic(both[0].app) as first, traffic(both[1].app) as second:
        with outage.stopped(fleet.settings, node), first.phase("node stopped hard"), second.phase("node stopped hard"):
            start = time.monotonic()
            fleet.kubernetes.wait("condition=Ready=Unknown", f"node/{node.name}")
            figures.seconds(node.name, "stopped hard, until Kubernetes knows", time.monotonic() - start)
            for attempt in eventually(DEAD):
                with attempt:
                    assert both[0].ready_elsewhere(node.name) == 2
            took = time.monotonic() - start
            replaced = both[1].ready_elsewhere(node.name) == 2
        with first.phase("that node back"), second.phase("that node back"):
            fleet.kubernetes.wait("condition=Ready", f"node/{node.name}")
            for one in both:
                one.settle()
    phases = [report(figures, one, running) for one, running in zip(both, (first, second), strict=True)]
    figures.seconds("example-shop", "node stopped hard, until two pods are ready again", took)
    figures.add(
        "plain-site",
        "node stopped hard, until two pods are ready again",
        "as long" if replaced else f"not after {took:.0f} s",
    )
    for one, running in zip(both, (first, second), strict=True):
        assert_nothing_lost(one.app, running)
    assert phases[0][0].failing < took
    assert not phases[0][1].failed


def test_block_storage_never_has_two_writers(deployed: dict[str, Deployed], fleet: Fleet, figures: Figures) -> None:
    blog = deployed["example-blog"]
    with cordoned(fleet.kubernetes, other(fleet)):
        blog.delete_each()
    with traffic(blog.app) as running, writers.watched(blog.app) as watch:
        with running.phase("node drained"), drained(fleet.kubernetes, away(fleet)):
            blog.settle()
        with running.phase("rollout"):
            blog.release(SECOND)
            blog.settle()
        with running.phase("pod deleted"):
            blog.delete_each()
    phases = report(figures, blog, running)
    assert_nothing_lost(blog.app, running)
    spans = writers.lifetimes(blog.app)
    assert len(spans) >= 5  # the first, and one after each time it was replaced
    assert writers.overlaps(spans) == []
    assert watch.most == 1
    assert max(phase.gap for phase in phases) < LONGEST_DOWN
