import pytest

from ..cases import Case, check
from ..workloads import workload

POINTER = "Deployment/web /spec/template/spec/containers/0/securityContext/privileged"
CASES = [
    Case("said", workload(container={"securityContext": {"privileged": False}})),
    Case("not said", workload()),
    Case(
        "the opposite", workload(container={"securityContext": {"privileged": True}}), [f"{POINTER} # root on the node"]
    ),
    Case("text", workload(container={"securityContext": {"privileged": "False"}}), [POINTER]),
    Case(
        "the init container's",
        workload(container={"securityContext": {"privileged": False}}, init={"securityContext": {"privileged": True}}),
        ["Deployment/web /spec/template/spec/initContainers/0/securityContext/privileged # container init"],
    ),
    Case("no context at all", workload(container={"securityContext": None})),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("privileged", case)
