import pytest

from ..cases import Case, check
from ..workloads import workload

SPEC = "Deployment/web /spec/template/spec"
CASES = [
    Case("none", workload(pod={"ephemeralContainers": []}, container={"tty": False})),
    Case(
        "a debugger",
        workload(pod={"ephemeralContainers": [{"name": "debug"}]}),
        [f"{SPEC}/ephemeralContainers # debugging"],
    ),
    Case("a terminal", workload(container={"tty": True}), [f"{SPEC}/containers/0/tty # waits for a terminal"]),
    Case("input", workload(init={"stdin": True}), [f"{SPEC}/initContainers/0/stdin # container init"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("debug-container", case)
