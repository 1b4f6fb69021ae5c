import pytest

from ..cases import Case, check
from ..workloads import workload

PORTS = "Deployment/web /spec/template/spec/containers/0/ports"


def given(port: object) -> str:
    return workload(container={"ports": [{"containerPort": 8001}, {"containerPort": port}]})


CASES = [
    Case("8000", given(8000)),
    Case("the first free one", given(1024)),
    Case("text", given("http")),
    Case("the last of root's", given(1023), [f"{PORTS}/1/containerPort # port 1023, which only root"]),
    Case("HTTP", given(80), [f"{PORTS}/1/containerPort"]),
    Case("SSH", given(22), [f"{PORTS}/1/containerPort # SSH"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("privileged-port", case)
