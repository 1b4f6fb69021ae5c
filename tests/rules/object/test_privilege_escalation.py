import pytest

from ..cases import Case, check
from ..workloads import workload

POINTER = "Deployment/web /spec/template/spec/containers/0/securityContext/allowPrivilegeEscalation"
CASES = [
    Case("said", workload(container={"securityContext": {"allowPrivilegeEscalation": False}})),
    Case(
        "said for the pod, which means nothing",
        workload(pod={"securityContext": {"allowPrivilegeEscalation": False}}),
        [POINTER],
    ),
    Case(
        "the opposite",
        workload(container={"securityContext": {"allowPrivilegeEscalation": True}}),
        [f"{POINTER} # gain rights"],
    ),
    Case("text", workload(container={"securityContext": {"allowPrivilegeEscalation": "False"}}), [POINTER]),
    Case(
        "the init container's",
        workload(
            container={"securityContext": {"allowPrivilegeEscalation": False}},
            init={"securityContext": {"allowPrivilegeEscalation": True}},
        ),
        ["Deployment/web /spec/template/spec/initContainers/0/securityContext/allowPrivilegeEscalation # init"],
    ),
    Case("no context at all", workload(container={"securityContext": None}), [POINTER]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("privilege-escalation", case)
