import pytest

from ..cases import Case, check
from ..workloads import service, several, workload

WEB = "Deployment/web /spec/template/spec"
HTTP = {"ports": [{"name": "http", "containerPort": 8000}]}


def waits(hook: dict, grace: object = None, **more: object) -> str:
    pod = {} if grace is None else {"terminationGracePeriodSeconds": grace}
    return workload(container={**HTTP, "lifecycle": {"preStop": hook}}, pod=pod, **more)


SLEEP = {"sleep": {"seconds": 10}}
CASES = [
    Case("waits", several(waits(SLEEP, 60), service())),
    Case("waits by a command", several(waits({"exec": {"command": ["sleep", "10"]}}, 60), service())),
    Case("nobody connects", workload(container=HTTP)),
    Case("not the customer's", several(workload(container=HTTP, labels={"app.kubernetes.io/name": "web"}), service())),
    Case("the default grace period", waits({"sleep": {"seconds": 29}})),
    Case(
        "doesn't wait",
        several(workload(container=HTTP), service()),
        [f"{WEB}/containers/0/lifecycle/preStop # stops while traffic still comes"],
    ),
    Case("waits too long", waits(SLEEP, 10), [f"{WEB}/terminationGracePeriodSeconds # waits 10 s of the 10 s"]),
    Case("longer than the default", waits({"sleep": {"seconds": 30}}), [f"{WEB}/terminationGracePeriodSeconds"]),
    Case(
        "too long in a shell",
        waits({"exec": {"command": ["sh", "-c", "sleep 90; true"]}}, 60),
        [f"{WEB}/terminationGracePeriodSeconds # waits 90 s of the 60 s"],
    ),
    Case("no time at all", waits(SLEEP, 0), [f"{WEB}/terminationGracePeriodSeconds"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("graceful-stop", case)
