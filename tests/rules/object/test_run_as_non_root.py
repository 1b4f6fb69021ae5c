import pytest

from ..cases import Case, check
from ..workloads import workload

CASES = [
    Case("by the pod", workload(pod={"securityContext": {"runAsNonRoot": True}}, init={})),
    Case("by each container", workload(container={"securityContext": {"runAsNonRoot": True}})),
    Case("nobody says so", workload(), ["Deployment/web /spec/template/spec/containers/0 # may run as root"]),
    Case(
        "the container takes it back",
        workload(
            pod={"securityContext": {"runAsNonRoot": True}}, container={"securityContext": {"runAsNonRoot": False}}
        ),
        ["Deployment/web /spec/template/spec/containers/0/securityContext/runAsNonRoot # container web"],
    ),
    Case(
        "the init container is left out",
        workload(container={"securityContext": {"runAsNonRoot": True}}, init={}),
        ["Deployment/web /spec/template/spec/initContainers/0 # container init"],
    ),
    Case(
        "a word isn't true",
        workload("StatefulSet", "valkey", pod={"securityContext": {"runAsNonRoot": "true"}}),
        ["StatefulSet/valkey /spec/template/spec/securityContext/runAsNonRoot"],
    ),
    Case("a Job", workload("Job", "migrate"), ["Job/migrate /spec/template/spec/containers/0"]),
    Case(
        "a CronJob",
        workload("CronJob", "nightly"),
        ["CronJob/nightly /spec/jobTemplate/spec/template/spec/containers/0"],
    ),
    Case("a Pod", workload("Pod", "p"), ["Pod/p /spec/containers/0"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("run-as-non-root", case)
