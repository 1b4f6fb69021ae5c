"""What the enforcing of NetworkPolicies costs an answer: the same site under the same load, with the engine and without, in turns."""

from __future__ import annotations

import time
from statistics import median

import pytest

from tests.cluster.settings import Settings
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.network_policies import live
from tests.resilience.mix import NO_UPLOADS
from tests.resilience.traffic import Phase, traffic

pytestmark = pytest.mark.test_cluster("switches the engine off")
RATES = {"keep-alive": 10, "new": 5}
ROUNDS, SECONDS = 3, 20
ON, OFF = "policies enforced", "not enforced"
MOST = 0.020  # seconds more for the median answer; a database connection of its own belongs to each


def test_policies_cost_an_answer_little(fleet: Fleet, settings: Settings, figures: Figures) -> None:
    app = fleet.healthy("example-blog")
    with traffic(app, NO_UPLOADS, RATES) as running:
        time.sleep(5)  # of load
        for _ in range(ROUNDS):
            with running.phase(ON):
                time.sleep(SECONDS)
            with live.unenforced(settings), running.phase(OFF):
                time.sleep(SECONDS)
    phases = {name: [one for one in running.summary() if one.name == name] for name in (ON, OFF)}
    for name, found in phases.items():
        answers = ", ".join(str(one) for one in found)
        print(name, answers)
        figures.add(app.namespace, f"{name}: p50/p95 of an answer", f"{ms(found, 'p50')}/{ms(found, 'p95')} ms")
        assert not sum(one.failed for one in found), answers
    assert middle(phases[ON], "p50") - middle(phases[OFF], "p50") < MOST


def middle(phases: list[Phase], field: str) -> float:
    """The median over the rounds, in seconds."""
    return median(getattr(one, field) for one in phases)


def ms(phases: list[Phase], field: str) -> str:
    """The same in milliseconds, as text."""
    return f"{1000 * middle(phases, field):.0f}"
