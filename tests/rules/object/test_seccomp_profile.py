import pytest

from ..cases import Case, check
from ..workloads import workload

DEFAULT = {"securityContext": {"seccompProfile": {"type": "RuntimeDefault"}}}
OFF = {"securityContext": {"seccompProfile": {"type": "Unconfined"}}}
CASES = [
    Case("by the pod", workload(pod=DEFAULT, init={})),
    Case("by the container", workload(container=DEFAULT)),
    Case("over a loose pod", workload(pod=OFF, container=DEFAULT)),
    Case("nobody says so", workload(), ["Deployment/web /spec/template/spec/containers/0 # no seccomp profile"]),
    Case(
        "switched off",
        workload(pod=OFF),
        ["Deployment/web /spec/template/spec/securityContext/seccompProfile # the seccomp profile Unconfined"],
    ),
    Case(
        "one container switches it off",
        workload(pod=DEFAULT, container=OFF),
        ["Deployment/web /spec/template/spec/containers/0/securityContext/seccompProfile # container web"],
    ),
    Case(
        "a profile of the node",
        workload(pod={"securityContext": {"seccompProfile": {"type": "Localhost", "localhostProfile": "a.json"}}}),
        ["Deployment/web /spec/template/spec/securityContext/seccompProfile # Localhost"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("seccomp-profile", case)
