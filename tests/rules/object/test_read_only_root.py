import pytest

from ..cases import Case, check
from ..workloads import workload

POINTER = "Deployment/web /spec/template/spec/containers/0/securityContext/readOnlyRootFilesystem"
CASES = [
    Case("said", workload(container={"securityContext": {"readOnlyRootFilesystem": True}})),
    Case(
        "said for the pod, which means nothing",
        workload(pod={"securityContext": {"readOnlyRootFilesystem": True}}),
        [POINTER],
    ),
    Case(
        "the opposite",
        workload(container={"securityContext": {"readOnlyRootFilesystem": False}}),
        [f"{POINTER} # can write"],
    ),
    Case("text", workload(container={"securityContext": {"readOnlyRootFilesystem": "True"}}), [POINTER]),
    Case(
        "the init container's",
        workload(
            container={"securityContext": {"readOnlyRootFilesystem": True}},
            init={"securityContext": {"readOnlyRootFilesystem": False}},
        ),
        ["Deployment/web /spec/template/spec/initContainers/0/securityContext/readOnlyRootFilesystem # container init"],
    ),
    Case("no context at all", workload(container={"securityContext": None}), [POINTER]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("read-only-root", case)
