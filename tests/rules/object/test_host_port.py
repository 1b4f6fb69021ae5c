import pytest

from ..cases import Case, check
from ..workloads import workload

WEB = "Deployment/web /spec/template/spec/containers/0"
CASES = [
    Case("none", workload(container={"ports": [{"containerPort": 8000}]})),
    Case("zero is none", workload(container={"ports": [{"containerPort": 8000, "hostPort": 0}]})),
    Case("probe of the pod itself", workload(container={"livenessProbe": {"tcpSocket": {"port": 8000}}})),
    Case(
        "a port",
        workload(container={"ports": [{"containerPort": 1}, {"containerPort": 80, "hostPort": 80}]}),
        [f"{WEB}/ports/1/hostPort # opens port 80 of the node"],
    ),
    Case(
        "an init container's",
        workload(init={"ports": [{"hostPort": 22}]}),
        ["Deployment/web /spec/template/spec/initContainers/0/ports/0/hostPort # container init"],
    ),
    Case(
        "a probe elsewhere",
        workload(container={"livenessProbe": {"httpGet": {"host": "169.254.169.254", "port": 80}}}),
        [f"{WEB}/livenessProbe/httpGet/host # livenessProbe makes the node connect to 169.254.169.254"],
    ),
    Case(
        "a hook elsewhere",
        workload(container={"lifecycle": {"preStop": {"tcpSocket": {"host": "example.com", "port": 80}}}}),
        [f"{WEB}/lifecycle/preStop/tcpSocket/host # preStop"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("host-port", case)
