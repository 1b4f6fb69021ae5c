import pytest

from ..cases import Case, check
from ..workloads import manifest

LABELS = "Namespace/example-app /metadata/labels/pod-security.kubernetes.io~1"


def given(**levels: str) -> str:
    labels = {f"pod-security.kubernetes.io/{mode}": level for mode, level in levels.items()}
    return manifest("Namespace", "example-app", metadata={"labels": labels})


CASES = [
    Case("restricted", given(enforce="restricted")),
    Case("all three", given(enforce="restricted", audit="restricted", warn="restricted")),
    Case("nothing", given(), [f"{LABELS}enforce # enforces nothing"]),
    Case("baseline", given(enforce="baseline"), [f"{LABELS}enforce # enforces baseline"]),
    Case("only warns", given(warn="restricted"), [f"{LABELS}enforce"]),
    Case("warns less", given(enforce="restricted", warn="privileged"), [f"{LABELS}warn # warns privileged"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("namespace-security", case)
