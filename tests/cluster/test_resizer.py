"""Which claims the resizer grows."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from tests.cluster import resizer

CLASSES = ["fast", "shared"]


def claim(size: str = "2Gi", phase: str = "Bound", storage_class: str = "shared") -> dict[str, Any]:
    """A claim that has 1Gi."""
    return {
        "spec": {"storageClassName": storage_class, "resources": {"requests": {"storage": size}}},
        "status": {"phase": phase, "capacity": {"storage": "1Gi"}},
    }


def test_a_bound_claim_that_asks_for_more_grows() -> None:
    assert resizer.wanted_size(claim(), CLASSES) == "2Gi"


@pytest.mark.parametrize("other", [claim("1Gi"), claim(phase="Pending"), claim(storage_class="other")])
def test_every_other_claim_is_left_alone(other: dict[str, Any]) -> None:
    assert resizer.wanted_size(other, CLASSES) is None


def test_a_watch_that_ends_with_a_reason_is_no_claim() -> None:
    assert resizer.wanted_size({"kind": "Status", "status": "Failure", "reason": "Expired"}, CLASSES) is None


def test_documents_come_one_by_one() -> None:
    stream = io.StringIO("".join(json.dumps(claim(size), indent=4) + "\n" for size in ("1Gi", "3Gi")))
    assert [resizer.wanted_size(found, CLASSES) for found in resizer.documents(stream)] == [None, "3Gi"]
