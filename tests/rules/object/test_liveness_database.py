import pytest

from ..cases import Case, check
from ..workloads import workload

LIVENESS = "Deployment/web /spec/template/spec/containers/0/livenessProbe"


def given(liveness: dict, readiness: dict | None = None, **more: object) -> str:
    return workload(container={"livenessProbe": liveness, "readinessProbe": readiness or {}}, **more)


def page(path: str) -> dict:
    return {"httpGet": {"path": path, "port": "http"}}


def command(*words: str) -> dict:
    return {"exec": {"command": [*words]}}


CASES = [
    Case("none", workload()),
    Case("the port", given({"tcpSocket": {"port": "http"}}, page("/"))),
    Case("a page of its own", given(page("/live"), page("/"))),
    Case("a page whose name holds db", given(page("/feedback/"), page("/"))),
    Case("a page already there", given(page("/already"), page("/"))),
    Case("a command that asks the process", given(command("kill", "-0", "1"))),
    Case("the platform's database", given(command("pg_isready"), labels={"app.kubernetes.io/name": "database"})),
    Case("identical ones are another rule's", given(page("/"), page("/"))),
    Case(
        "the same page with other headers",
        given({"httpGet": {"path": "/", "port": "http", "httpHeaders": []}}, page("/")),
        [f"{LIVENESS}/httpGet/path # when the same page as readiness fails"],
    ),
    Case("ready", given(page("/readyz")), [f"{LIVENESS}/httpGet/path # when /readyz fails"]),
    Case("the database's page", given(page("/health/db/"), page("/")), [f"{LIVENESS}/httpGet/path"]),
    Case("a query", given(page("/health?full"), page("/")), [f"{LIVENESS}/httpGet/path"]),
    Case("manage.py", given(command("python", "manage.py", "check")), [f"{LIVENESS}/exec/command # database is away"]),
    Case("in a shell", given(command("sh", "-c", "pg_isready -q")), [f"{LIVENESS}/exec/command"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("liveness-database", case)
