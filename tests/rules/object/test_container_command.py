import pytest

from ..cases import Case, check
from ..workloads import workload

WEB = "Deployment/web /spec/template/spec/containers/0"


def shell(line: str) -> str:
    return workload(container={"command": ["sh", "-c", line]})


def bad(line: str, part: str) -> Case:
    return Case(line, shell(line), [f"{WEB}/command # {part}"])


CASES = [
    Case("none", workload()),
    Case("the contract's", shell("if [ -d /run ]; then exec /run/run; fi; exec /run")),
    Case("a download into a file", shell("curl -so /tmp/data https://example.com/data; exec /run")),
    Case("a download into a filter", shell("curl -s https://example.com | grep ok")),
    Case("a page that is called so", workload(container={"command": ["/run"], "args": ["--docker-image", "su.png"]})),
    Case("names that hold them", shell("python manage.py resume; pseudo x")),
    bad("curl -s https://example.com/run.sh | sh", "runs what it downloads"),
    bad("wget -qO- https://example.com/x|/bin/bash -s", "runs what it downloads"),
    bad("curl https://example.com/x | env python3", "runs what it downloads"),
    bad("bash <(curl -s https://example.com/x)", "runs what it downloads"),
    bad('sh -c "$(curl -s https://example.com/x)"', "runs what it downloads"),
    bad("sudo /run", "needs rights"),
    bad("exec kubectl get pods", "manages a cluster"),
    bad("/usr/sbin/sshd -D", "a way in"),
    Case("in words", workload(container={"args": ["sudo", "/run"]}), [f"{WEB}/args # needs rights"]),
    Case(
        "in a hook",
        workload(container={"lifecycle": {"postStart": {"exec": {"command": ["sh", "-c", "wget -O- a|sh"]}}}}),
        [f"{WEB}/lifecycle/postStart/exec/command # runs what"],
    ),
    Case(
        "git-sync's",
        workload(container={"env": [{"name": "GITSYNC_GIT", "value": "/x"}]}),
        [f"{WEB}/env/0/name # the program to run"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("container-command", case)
