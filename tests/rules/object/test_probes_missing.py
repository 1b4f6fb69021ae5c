import pytest

from ..cases import Case, check
from ..workloads import service, several, workload

WEB = "Deployment/web /spec/template/spec/containers/0"
HTTP = {"ports": [{"name": "http", "containerPort": 8000}]}
ASK = {"tcpSocket": {"port": "http"}}
ALL = {"startupProbe": ASK, "readinessProbe": {"httpGet": {"path": "/"}}, "livenessProbe": ASK}
NONE = [
    f"{WEB}/{probe} # gets traffic but has no {probe}" for probe in ("startupProbe", "readinessProbe", "livenessProbe")
]
CASES = [
    Case("all", several(workload(container={**HTTP, **ALL}), service())),
    Case("no Service", workload(container=HTTP)),
    Case("another Service", several(workload(container=HTTP, labels={"app.kubernetes.io/name": "async"}), service())),
    Case("another container", several(workload(container={"ports": [{"containerPort": 9000}]}), service())),
    Case("a Service without a selector", several(workload(container=HTTP), service(selector=None))),
    Case("none", several(workload(container=HTTP), service()), NONE),
    Case("by the port's number", several(workload(container=HTTP), service(target=8000)), NONE),
    Case(
        "one that asks nothing",
        several(workload(container={**HTTP, **ALL, "livenessProbe": {"periodSeconds": 5}}), service()),
        [f"{WEB}/livenessProbe"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("probes-missing", case)
