import pytest

from ..cases import Case, check
from ..workloads import workload

POD = "Deployment/web /spec/template/spec/securityContext"
CASES = [
    Case("high", workload(pod={"securityContext": {"runAsUser": 10000, "runAsGroup": 10000, "fsGroup": 10001}})),
    Case("own ids", workload(container={"securityContext": {"runAsUser": 20000, "runAsGroup": 20000}})),
    Case(
        "one below",
        workload(pod={"securityContext": {"runAsUser": 9999, "runAsGroup": 10000}}),
        [f"{POD}/runAsUser # runAsUser 9999, below 10000"],
    ),
    Case(
        "missing",
        workload(),
        [
            "Deployment/web /spec/template/spec/containers/0 # no runAsUser",
            "Deployment/web /spec/template/spec/containers/0 # no runAsGroup",
        ],
    ),
    Case(
        "root in one container",
        workload(
            pod={"securityContext": {"runAsUser": 10001, "runAsGroup": 10001}},
            init={"securityContext": {"runAsUser": 0}},
        ),
        ["Deployment/web /spec/template/spec/initContainers/0/securityContext/runAsUser # init has runAsUser 0"],
    ),
    Case(
        "groups",
        workload(
            pod={
                "securityContext": {
                    "runAsUser": 10001,
                    "runAsGroup": 10001,
                    "fsGroup": 0,
                    "supplementalGroups": [10001, 100],
                }
            }
        ),
        [f"{POD}/fsGroup # fsGroup 0", f"{POD}/supplementalGroups/1 # has 100"],
    ),
    Case(
        "text",
        workload(pod={"securityContext": {"runAsUser": "10001", "runAsGroup": 10001}}),
        [f"{POD}/runAsUser"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("run-as-user", case)
