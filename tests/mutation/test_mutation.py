"""Every rule is missed: no statement that reports something can go without a case that fails."""

import pytest

from validators import rules

from .rules import survivors

DROPPED = ("a yield is dropped", "a yield from is dropped")


@pytest.mark.parametrize("rule_id", rules.every())
def test_each_report_has_a_case(rule_id: str) -> None:
    living, number = survivors(rule_id, DROPPED)
    assert number, "the rule reports nothing"
    assert not living
