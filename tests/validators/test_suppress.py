"""Suppressions count for their rule, object and app, until their day; those of no use are told of."""

from validators.app import suppress
from validators.app.suppress import Suppression
from validators.finding import Finding, Place

FINDING = Finding(Place("a.yaml", 3), "capabilities", "adds", app="c/a", subject="StatefulSet/nfs-server")
PLACE = Place("overlays/ungleich/c/a/suppressions.yaml", 1)


def suppression(**changes) -> Suppression:
    fields = {"app": "c/a", "rule": "capabilities", "object": "StatefulSet/nfs-server", "until": "2999-01-01"}
    return Suppression(**{**fields, "place": PLACE, "shared": False, **changes})


def test_a_suppression_takes_its_finding_away() -> None:
    assert suppress.apply([FINDING], [suppression()], whole=True) == []
    assert suppress.apply([FINDING], [suppression(object="StatefulSet/*")], whole=True) == []


def test_another_app_object_or_rule_stays() -> None:
    for change in ({"app": "c/b"}, {"object": "StatefulSet/other"}, {"rule": "seccomp-profile"}, {"object": "Job/*"}):
        left = suppress.apply([FINDING], [suppression(**change)], whole=True)
        assert FINDING in left
        assert [f.rule for f in left if f is not FINDING] == ["suppression"]


def test_one_past_its_day_counts_no_more_and_is_told_of() -> None:
    left = suppress.apply([FINDING], [suppression(until="2020-01-01")], whole=True)
    assert FINDING in left
    assert [(f.place, "ended" in f.message) for f in left if f.rule == "suppression"] == [(PLACE, True)]


def test_one_of_a_component_is_told_of_only_when_all_apps_were_checked() -> None:
    unused = suppression(shared=True)
    assert suppress.apply([], [unused], whole=False) == []
    assert len(suppress.apply([], [unused], whole=True)) == 1
    also = suppression(shared=True, app="c/b")
    assert suppress.apply([FINDING], [unused, also], whole=True) == []
