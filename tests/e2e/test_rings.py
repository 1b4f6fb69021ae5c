"""Rings on a cluster: ArgoCD reads what was rendered, a bad version of the library stops in the first ring, a good one goes on.

The tests build on each other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.cluster import processes
from tests.e2e.app import App, replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.releases import runs
from tests.e2e.ringed import Ringed
from tests.e2e.wait import eventually

SITE = "base/web/deployment.yaml"


@dataclass
class Two:
    """Two apps, each in a ring of its own."""

    rings: Ringed
    one: App
    two: App


def wait_deployed(app: App, field: str, value: str) -> None:
    """Wait until the app's site has a value in its pods' environment or spec, and is healthy."""
    for attempt in eventually(300):
        with attempt:
            assert app.application()["status"]["operationState"]["phase"] == "Succeeded"
            assert app.get("deployment", "web")["spec"][field] == int(value)


@pytest.fixture(scope="module")
def ringed(fleet: Fleet) -> Two:
    """Two healthy apps that ArgoCD builds from main, in two rings of one version."""
    apps = [fleet.add(fleet.create("ring", name, "example/minimal:1.0.0")) for name in ("one", "two")]
    for app in apps:
        app.wait_healthy(seconds=300)
    rings = Ringed(fleet)
    rings.begin("ring/one")
    return Two(rings, *apps)


def test_the_switch_syncs_nothing(ringed: Two) -> None:
    before = runs(ringed.one), runs(ringed.two)
    ringed.rings.read_by_argocd("deploy", before="main")
    for app in (ringed.one, ringed.two):
        for attempt in eventually(180):
            with attempt:
                status = app.application()["status"]
                assert app.application()["spec"]["source"]["targetRevision"] == "deploy"
                assert status["sync"]["comparedTo"]["source"]["targetRevision"] == "deploy"
                assert (status["sync"]["status"], status["health"]["status"]) == ("Synced", "Healthy")
    assert (runs(ringed.one), runs(ringed.two)) == before
    assert ringed.rings.command("rings-check").startswith("deploy is what ")


def test_an_overlays_commit_touches_that_app_only(ringed: Two) -> None:
    before = runs(ringed.one)
    _, count = runs(ringed.two)
    with (ringed.two.customer_folder / "app.env").open("a") as file:
        file.write("SITE_NAME=changed\n")
    ringed.rings.commit("ring-two: a name")
    for attempt in eventually(240):
        with attempt:
            assert runs(ringed.two)[1] == count + 1
            assert ringed.two.application()["status"]["operationState"]["phase"] == "Succeeded"
    assert runs(ringed.one) == before


def test_a_bad_version_stops_in_the_first_ring(ringed: Two, figures: Figures) -> None:
    before = runs(ringed.two)
    path = ringed.rings.fleet.root / SITE
    # It passes all checks, and no site of it ever gets ready: the startup probe asks for a page that isn't there.
    text, count = re.subn(r"path: /$", "path: /no-such-page", path.read_text(), count=1, flags=re.M)
    assert count == 1
    path.write_text(text)
    ringed.rings.release("v2.0.0")
    ringed.rings.command("rings-advance", "first")
    ringed.rings.commit("Ring first gets v2.0.0")
    for attempt in eventually(240):
        with attempt:
            status = ringed.one.get("deployment", "web")["status"]
            assert status.get("updatedReplicas") == 1
            assert status.get("unavailableReplicas") == 1
    with pytest.raises(processes.CommandError) as refused:
        ringed.rings.command("rings-advance", "all")
    assert "ring/one, in first, answered before v2.0.0 and doesn't now" in str(refused.value)
    assert ringed.one.request().status == 200  # the old pods go on
    assert runs(ringed.two) == before
    figures.add("ring-two", "a bad version in the ring before: /init runs, pods replaced", "0, 0")


def test_back_repairs_the_ring(ringed: Two) -> None:
    before = runs(ringed.two)
    ringed.rings.command("rings-back", "first")
    ringed.rings.commit("Ring first goes back to v1.0.0")
    ringed.one.terminate()
    for attempt in eventually(300):
        with attempt:
            assert ringed.one.application()["status"]["operationState"]["phase"] == "Succeeded"
            assert ringed.one.get("deployment", "web")["status"].get("unavailableReplicas", 0) == 0
            assert ringed.one.application()["status"]["sync"]["status"] == "Synced"
    assert runs(ringed.two) == before


def test_a_good_version_goes_from_ring_to_ring(ringed: Two) -> None:
    path = ringed.rings.fleet.root / SITE
    ringed.rings.fleet.repository.git("checkout", "v2.0.0~1", "--", SITE)
    replace(path, "revisionHistoryLimit: 5", "revisionHistoryLimit: 4")
    ringed.rings.release("v2.0.1")
    ringed.rings.command("rings-advance", "first")
    before = runs(ringed.two)
    ringed.rings.commit("Ring first gets v2.0.1")
    wait_deployed(ringed.one, "revisionHistoryLimit", "4")
    assert runs(ringed.two) == before
    ringed.rings.command("rings-advance", "all")
    ringed.rings.commit("Ring all gets v2.0.1")
    wait_deployed(ringed.two, "revisionHistoryLimit", "4")
    assert ringed.rings.command("rings-check").startswith("deploy is what ")
