"""Finding two writers: what is planted has to be found. No cluster is needed."""

from __future__ import annotations

from tests.resilience.writers import Watch, overlaps


def event(name: str, state: str, kind: str = "MODIFIED") -> dict:
    """What `kubectl get pods --watch` says of a pod whose one container is in that state."""
    statuses = [{"state": {state: {}}}]
    return {"type": kind, "object": {"metadata": {"name": name}, "status": {"containerStatuses": statuses}}}


def test_pods_one_after_the_other_are_not_together() -> None:
    watch = Watch()
    for one in (
        event("a", "running", "ADDED"),
        event("a", "terminated"),
        event("b", "waiting", "ADDED"),
        event("b", "running"),
    ):
        watch.take(one)
    assert watch.most == 1


def test_a_pod_that_ends_while_the_next_one_runs_is_found() -> None:
    watch = Watch()
    for one in (event("a", "running"), event("b", "waiting"), event("b", "running"), event("a", "running", "DELETED")):
        watch.take(one)
    assert watch.most == 2


def test_heartbeats_that_overlap_are_found() -> None:
    assert overlaps([(1.0, 2.0, "a"), (2.5, 9.0, "b")]) == []
    assert overlaps([(1.0, 5.0, "a"), (2.0, 3.0, "b"), (4.0, 9.0, "c")]) == ["b and a for 3.0 s", "c and a for 1.0 s"]
