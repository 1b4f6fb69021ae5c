import pytest

from ..cases import Case, check
from ..workloads import workload

POD = "Deployment/web /spec/template/spec"
CASES = [
    Case("nothing", workload()),
    Case("false", workload(pod={"hostNetwork": False, "hostPID": False, "hostIPC": False})),
    Case("users of its own", workload(pod={"hostUsers": False})),
    Case("network", workload(pod={"hostNetwork": True}), [f"{POD}/hostNetwork # the node's network"]),
    Case("processes", workload(pod={"hostPID": True}), [f"{POD}/hostPID # the node's processes"]),
    Case("memory", workload(pod={"hostIPC": True}), [f"{POD}/hostIPC"]),
    Case("users", workload(pod={"hostUsers": True}), [f"{POD}/hostUsers"]),
    Case("each other's processes", workload(pod={"shareProcessNamespace": True}), [f"{POD}/shareProcessNamespace"]),
    Case("text", workload("Job", "migrate", pod={"hostPID": "yes"}), ["Job/migrate /spec/template/spec/hostPID"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("host-namespaces", case)
