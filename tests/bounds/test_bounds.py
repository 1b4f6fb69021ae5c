"""Whatever a customer commits, one app's check stays within bounds; and what is good, however large, passes."""

import pytest

from .inputs import INPUTS, Input
from .measure import CPU_SECONDS, OUTPUT_BYTES, PEAK_MIB, cost


@pytest.mark.parametrize("given", INPUTS, ids=lambda given: given.title)
def test_bounds(given: Input) -> None:
    took = cost(given)
    assert took.seconds < CPU_SECONDS
    assert took.mebibytes < PEAK_MIB
    assert took.printed < OUTPUT_BYTES
    assert took.rules >= set(given.rules)
    assert bool(took.rules) is not given.passes


def test_a_cost_is_that_of_all_processes() -> None:
    """The planted one: what kustomize's process takes, and what the report prints, is seen."""
    took = cost(INPUTS[-1])
    assert took.seconds > 0.1
    assert took.mebibytes > 20
    assert took.printed > 50


def test_without_its_limit_an_input_is_dear() -> None:
    """The planted one: more than the bound is seen, and it is the limit that keeps to it."""
    given = next(given for given in INPUTS if given.title.startswith("2,000 patches"))
    with pytest.raises(ValueError, match="no report"):
        cost(given, planted="limits.PATCH_VALUES = limits.LIST_ITEMS = 10**9", stop=int(CPU_SECONDS))
