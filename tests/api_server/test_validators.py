"""The validators' verdict on each manifest of the table; what the API server says of it: tests/e2e/test_api_server.py."""

import pytest

from . import manifests

CASES = {f"{name}/{case.name}": case for name, group in manifests.groups().items() for case in group.cases}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_is_judged_as_the_table_says(case: manifests.Case) -> None:
    assert manifests.refused_by(case) == set(case.rules)


def test_verdicts_are_the_same_or_there_is_a_reason() -> None:
    for name, case in CASES.items():
        assert bool(case.because) is (bool(case.server) is not bool(case.rules)), name


def test_there_are_enough_and_each_has_a_name_of_its_own() -> None:
    groups = manifests.groups()
    assert sum(len(group.cases) for group in groups.values()) == len(CASES)
    assert sum(bool(case.server) for case in CASES.values()) >= 400
    assert sum(not case.server for case in CASES.values()) >= 100


def test_a_wrong_verdict_fails() -> None:
    """The planted ones: a manifest that is right, and a patch of an object that isn't there."""
    right = manifests.Case("right", "example/shop", "Service/web", [], server="spec", rules=["port"])
    with pytest.raises(AssertionError):
        test_is_judged_as_the_table_says(right)
    with pytest.raises(LookupError, match="renders no Service/wbe"):
        manifests.broken(manifests.Case("gone", "example/shop", "Service/wbe", []))
