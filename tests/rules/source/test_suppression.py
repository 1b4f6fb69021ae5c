import pytest

from ..cases import Case, check

F = "platform/suppressions.yaml"
GOOD = "- rule: capabilities\n  object: StatefulSet/x\n  reason: it must\n  until: '2999-12-31'\n"
CASES = [
    Case("complete", {F: GOOD}),
    Case("every object of a kind", {F: GOOD.replace("x", "'*'").replace("/'*'", "/*")}),
    Case("no reason", {F: GOOD.replace("  reason: it must\n", "")}, [f"{F}:1 # lacks reason"]),
    Case("an empty reason", {F: GOOD.replace("it must", "''")}, [f"{F}:1 # complete"]),
    Case("no day", {F: GOOD.replace("  until: '2999-12-31'\n", "")}, [f"{F}:1 # lacks until"]),
    Case("no such day", {F: GOOD.replace("2999-12-31", "some day")}, [f"{F}:1 # complete"]),
    Case("everything", {F: GOOD.replace("StatefulSet/x", "'*'")}, [f"{F}:1 # complete"]),
    Case("no such rule", {F: GOOD.replace("capabilities", "nonsense")}, [f"{F}:1 # no rule"]),
    Case("what customers may do", {F: GOOD.replace("capabilities", "size-differs")}, [f"{F}:1 # can't be"]),
    Case("sources", {F: GOOD.replace("capabilities", "customer-patches")}, [f"{F}:1 # can't be"]),
    Case("a mapping", {F: "rule: x\n"}, [f"{F}:1 # list"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("suppression", case)
