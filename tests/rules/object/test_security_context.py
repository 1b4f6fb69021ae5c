import pytest

from ..cases import Case, check
from ..workloads import workload

SPEC = "Deployment/web /spec/template/spec"
OWN = {"securityContext": {"readOnlyRootFilesystem": True}}
POD = {"securityContext": {"runAsUser": 10001, "runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}}


def given(**own: object) -> str:
    return workload(pod=POD, container={"securityContext": own})


CASES = [
    Case("both", workload(pod=POD, container=OWN)),
    Case("the same again", given(runAsUser=10001, seccompProfile={"type": "RuntimeDefault"})),
    Case("what the pod doesn't say", given(runAsGroup=10001)),
    Case("none of the pod", workload(container=OWN), [f"{SPEC}/securityContext # the pod has no"]),
    Case("an empty one", workload(pod={"securityContext": {}}, container=OWN), [f"{SPEC}/securityContext"]),
    Case("none of the container", workload(pod=POD), [f"{SPEC}/containers/0/securityContext # container web has no"]),
    Case(
        "none of the init container",
        workload(pod=POD, container=OWN, init={}),
        [f"{SPEC}/initContainers/0/securityContext # container init has no"],
    ),
    Case(
        "another user", given(runAsUser=10002), [f"{SPEC}/containers/0/securityContext/runAsUser # another runAsUser"]
    ),
    Case("root", given(runAsNonRoot=False), [f"{SPEC}/containers/0/securityContext/runAsNonRoot"]),
    Case(
        "another profile",
        given(seccompProfile={"type": "Localhost"}),
        [f"{SPEC}/containers/0/securityContext/seccompProfile"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("security-context", case)
