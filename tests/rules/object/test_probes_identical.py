import pytest

from ..cases import Case, check
from ..workloads import workload

PAGE = {"httpGet": {"path": "/", "port": "http"}}
PORT = {"tcpSocket": {"port": "http"}}
LIVENESS = "Deployment/web /spec/template/spec/containers/0/livenessProbe"


def given(readiness: object, liveness: object) -> str:
    return workload(container={"readinessProbe": readiness, "livenessProbe": liveness})


CASES = [
    Case("none", workload()),
    Case("only liveness", workload(container={"livenessProbe": PAGE})),
    Case("page and port", given(PAGE, PORT)),
    Case("two pages", given(PAGE, {"httpGet": {"path": "/live", "port": "http"}})),
    Case("both ask nothing", given({}, {})),
    Case("the same page", given(PAGE, PAGE), [f"{LIVENESS} # restarted for what only makes it busy"]),
    Case("the same page, later", given(PAGE, {**PAGE, "failureThreshold": 30}), [LIVENESS]),
    Case("the same port", given(PORT, PORT), [LIVENESS]),
    Case("the same command", given({"exec": {"command": ["a"]}}, {"exec": {"command": ["a"]}}), [LIVENESS]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("probes-identical", case)
