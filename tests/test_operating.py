"""run, logs and state, with a kubectl that answers from a file and writes down what it was asked."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from validators import cli
from validators.image.kubectl import Kubectl
from validators.operating import logs, one_off, state

KUBECTL = f"""#!{sys.executable}
import json, pathlib, sys
folder = pathlib.Path(__file__).parent
answers = json.loads((folder / "answers.json").read_text())
words = [word for word in sys.argv[1:] if not word.startswith("--namespace")]
stdin = sys.stdin.read() if "--filename=-" in words or "--stdin" in words else ""
with (folder / "asked.jsonl").open("a") as file:
    file.write(json.dumps([words, stdin]) + "\\n")
for prefix, answer in answers.items():
    if " ".join(words).startswith(prefix):
        if isinstance(answer, int):
            sys.exit(answer)
        sys.stdout.write(answer if isinstance(answer, str) else json.dumps(answer))
        break
"""
SITE = {
    "serviceAccountName": "app",
    "automountServiceAccountToken": False,
    "securityContext": {"runAsUser": 10001},
    "affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": []}},
    "terminationGracePeriodSeconds": 60,
    "volumes": [{"name": "tmp", "emptyDir": {}}, {"name": "media", "persistentVolumeClaim": {"claimName": "media"}}],
    "containers": [
        {
            "name": "web",
            "image": "registry.example.com/app:1",
            "command": ["/run"],
            "env": [{"name": "A", "value": "b"}],
            "ports": [{"containerPort": 8000}],
            "readinessProbe": {},
            "resources": {"limits": {"memory": "1Gi"}},
            "securityContext": {"readOnlyRootFilesystem": True},
            "volumeMounts": [{"name": "tmp", "mountPath": "/temporary"}, {"name": "media", "mountPath": "/media"}],
        },
        {"name": "nginx", "image": "nginx"},
    ],
}
MIGRATE = {"spec": {"template": {"spec": {"containers": [{"resources": {"limits": {"memory": "256Mi"}}}]}}}}
ANSWERS: dict[str, Any] = {
    "get --output=json deployment web": {"spec": {"template": {"spec": SITE}}},
    "get --output=json persistentvolumeclaims": {
        "items": [{"metadata": {"name": "media"}, "spec": {"accessModes": ["ReadWriteMany"]}}]
    },
    "get --output=json jobs": {"items": [MIGRATE]},
    "get --output=json pods": {"items": []},
    "get --output=json configmaps": {"items": []},
    "auth whoami": {"status": {"userInfo": {"username": "nico"}}},
}


class Asked:
    """The answers of kubectl, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def answer(self, answers: dict[str, Any]) -> None:
        (self.folder / "answers.json").write_text(json.dumps(answers))

    def of(self, verb: str) -> list[tuple[list[str], str]]:
        lines = (self.folder / "asked.jsonl").read_text().splitlines()
        return [(words, stdin) for words, stdin in map(json.loads, lines) if words[0] == verb]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    program = tmp_path / "kubectl"
    program.write_text(KUBECTL)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    asked = Asked(tmp_path)
    asked.answer(ANSWERS)
    return asked


def run(*words: str) -> int:
    return cli.main(["run", "CUSTOMER=acme", "APP=shop", *words])


def test_a_command_runs_in_a_pod_like_the_sites_and_its_code_comes_back(asked: Asked) -> None:
    asked.answer({**ANSWERS, "exec": 3})
    assert run("COMMAND=python manage.py shell -c 'print(1)'") == 3
    [(_, manifest)] = asked.of("create")
    pod = json.loads(manifest)
    [container] = pod["spec"]["containers"]
    assert container["image"] == "registry.example.com/app:1"
    assert container["env"] == [{"name": "A", "value": "b"}]
    assert container["resources"] == {"limits": {"memory": "256Mi"}}
    assert [one["name"] for one in container["volumeMounts"]] == ["tmp", "media"]
    assert not {"ports", "readinessProbe"} & container.keys()
    assert pod["spec"]["securityContext"] == SITE["securityContext"]
    assert pod["spec"]["affinity"] == SITE["affinity"]  # it goes to the files
    assert pod["spec"]["activeDeadlineSeconds"] == 3600
    [(words, _)] = asked.of("exec")
    assert words[words.index("--") + 1 :] == ["python", "manage.py", "shell", "-c", "print(1)"]
    assert "--tty" not in words


def test_its_pod_is_gone_whatever_happens(asked: Asked) -> None:
    asked.answer({**ANSWERS, "wait": 1})
    assert run("COMMAND=true") == 2
    assert asked.of("exec") == []
    [(words, _)] = asked.of("delete")
    assert words[:2] == ["delete", "pod"]
    assert words[2].startswith("run-2")


def test_it_is_recorded_and_the_history_is_bounded(asked: Asked) -> None:
    old = {f"2026{number:04}": "{}" for number in range(one_off.KEPT)}
    there = {"items": [{"metadata": {"name": one_off.HISTORY}, "data": old}]}
    asked.answer({**ANSWERS, "get --output=json configmaps": there, "exec": 3})
    run("COMMAND=id")
    [(_, manifest)] = asked.of("apply")
    data = json.loads(manifest)["data"]
    assert len(data) == one_off.KEPT
    assert json.loads(data[max(data)]) == {"who": "nico", "command": ["id"], "seconds": 0, "exitCode": 3}


def test_a_volume_for_one_pod_is_left_out_and_said(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    single = {"items": [{"metadata": {"name": "media"}, "spec": {"accessModes": ["ReadWriteOncePod"]}}]}
    asked.answer({**ANSWERS, "get --output=json persistentvolumeclaims": single})
    assert run("--", "ls", "/media") == 0
    [(_, manifest)] = asked.of("create")
    spec = json.loads(manifest)["spec"]
    assert [one["name"] for one in spec["volumes"]] == ["tmp"]
    assert [one["name"] for one in spec["containers"][0]["volumeMounts"]] == ["tmp"]
    assert "the volume media isn't there" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "COMMAND is missing"),
        (["COMMAND=echo 'x"], "can't be read"),
        (["COMMAND=id", "SECONDS=0"], "SECONDS '0'"),
        (["COMMAND=id", "SECONDS=99999"], "1 to 21600"),
        (["COMMAND=id", "APP=kube-x"], "is reserved"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    asked: Asked, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert run(*words) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def pod(name: str, **status: Any) -> dict[str, Any]:
    spec = {"containers": [{"name": "web"}]}
    return {"metadata": {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z"}, "spec": spec, "status": status}


HOLDER = pod("media-0") | {"spec": {"nodeName": "node1", "containers": []}}
HOLDER["metadata"]["labels"] = {"app.kubernetes.io/name": "media"}
BOUND = pod("web-1", conditions=[{"reason": "Unschedulable", "message": "0/2"}])
BOUND["spec"]["affinity"] = {"podAffinity": {}}


def cron(name: str, **status: Any) -> dict[str, Any]:
    spec = {"schedule": "0 3 * * *", "timeZone": "Europe/Zurich", "suspend": status.pop("suspend", False)}
    return {"metadata": {"name": name}, "spec": spec, "status": status}


STATE: dict[str, Any] = {
    "get --output=json application": {
        "status": {
            "sync": {"status": "Synced", "revision": "0123456789abcdef"},
            "health": {"status": "Healthy"},
            "operationState": {"phase": "Succeeded"},
        }
    },
    "get --output=json deployments,statefulsets": {
        "items": [{"metadata": {"name": "web"}, "spec": {"replicas": 2}, "status": {"readyReplicas": 2}}]
    },
    "get --output=json pods": {"items": [pod("web-1", containerStatuses=[{"name": "web", "state": {"running": {}}}])]},
    "get --output=json jobs": {"items": [{"status": {"succeeded": 1, "completionTime": "2026-01-01T00:00:00Z"}}]},
    "get --output=json cronjobs": {
        "items": [cron("cron-a", lastScheduleTime="2026-01-01T03:00:00Z", lastSuccessfulTime="2026-01-01T03:00:09Z")]
    },
    "get --output=json events": {"items": []},
    "get --output=json ingresses": {"items": [{"spec": {"tls": [{"secretName": "web-tls"}]}}]},
    "get --output=name --ignore-not-found secret web-tls": "secret/web-tls",
}


def test_an_app_that_is_well(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    asked.answer(STATE)
    assert cli.main(["state", "CUSTOMER=acme", "APP=shop"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "the release: well, commit 0123456789ab",
        "the site (web): well, 2 of 2 pods ready",
        "/init of the last release: went well, 2026-01-01T00:00:00Z",
        "cron-a, 0 3 * * * (Europe/Zurich): went well, 2026-01-01T03:00:00Z",
    ]


BROKEN = {
    "a release that failed": (
        {"get --output=json application": {"status": {"operationState": {"phase": "Failed", "message": "one Job failed"}}}},
        "the release: NOT WELL, one Job failed; what ran before goes on",
    ),
    "no image": (
        {"get --output=json pods": {"items": [pod("web-1", containerStatuses=[
            {"name": "web", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "not found"}}}])]}},
        "  web-1, container web: can't fetch its image: is there such a tag, and the login to its registry? (not found)",
    ),
    "no memory": (
        {"get --output=json pods": {"items": [pod("web-1", containerStatuses=[
            {"name": "web", "lastState": {"terminated": {"reason": "OOMKilled"}}}])]}},
        "  web-1, container web: was killed for its memory; its limit is a size of sizing.yaml",
    ),
    "no node": (
        {"get --output=json pods": {"items": [pod("web-1", conditions=[{"reason": "Unschedulable", "message": "0/2"}])]}},
        "  web-1: no node takes it: 0/2",
    ),
    "no room on the node of its files": (
        {"get --output=json pods": {"items": [HOLDER, BOUND]}},
        "  web-1: no node takes it: 0/2; it has to go to node1, where its files are: make room there, or drain that node",
    ),
    "/init failed": (
        {"get --output=json jobs": {"items": [{"status": {"conditions": [
            {"type": "Failed", "status": "True", "message": "BackoffLimitExceeded"}]}}]}},
        "/init of the last release: FAILED, : BackoffLimitExceeded",
    ),
    "no certificate": (
        {"get --output=name --ignore-not-found secret web-tls": ""},
        "HTTPS: NOT WELL, Secret web-tls isn't there: seal a certificate, or have cert-manager make it (docs/cert-manager.md)",
    ),
    "cron failed": (
        {"get --output=json cronjobs": {"items": [cron("cron-a", lastScheduleTime="2026-01-02T03:00:00Z",
                                                       lastSuccessfulTime="2026-01-01T03:00:00Z")]}},
        "cron-a, 0 3 * * * (Europe/Zurich): FAILED, 2026-01-02T03:00:00Z",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_an_app_that_is_not_well(asked: Asked, capsys: pytest.CaptureFixture[str], what: str) -> None:
    change, line = BROKEN[what]
    asked.answer({**STATE, **change})
    assert cli.main(["state", "CUSTOMER=acme", "APP=shop"]) == 1
    assert line in capsys.readouterr().out.splitlines()


def test_a_full_quota_is_said(asked: Asked) -> None:
    message = 'pods "web-1" is forbidden: exceeded quota: sizes, requested: limits.cpu=2'
    events = {"items": [{"message": message, "lastTimestamp": "2026-01-01T00:00:00Z"}]}
    asked.answer({**STATE, "get --output=json events": events})
    said = [*state.lines(Kubectl("acme-shop"))]
    assert said[-1] == "the quota is full, 2026-01-01T00:00:00Z: : sizes, requested: limits.cpu=2"


def test_a_cron_job_that_is_paused_running_or_new(asked: Asked) -> None:
    items = [
        cron("cron-a", suspend=True),
        cron("cron-b", active=[{}], lastScheduleTime="2026-01-01T03:00:00Z"),
        cron("cron-c"),
    ]
    asked.answer({**STATE, "get --output=json cronjobs": {"items": items}})
    said = [line.partition("): ")[2] for line in state.lines(Kubectl("acme-shop")) if line.startswith("cron-")]
    assert said == ["paused", "runs now, since 2026-01-01T03:00:00Z", "hasn't run yet"]


def test_logs_of_the_site_and_of_a_cron_job(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    run_of = pod("cron-clear-29-x")
    run_of["metadata"]["ownerReferences"] = [{"name": "cron-clear-29"}]
    named = "get --output=json pods --selector=app.kubernetes.io/name="
    asked.answer(
        {f"{named}web": {"items": [pod("web-1")]}, f"{named}cron-clear": {"items": []}, "get --output=json pods":
         {"items": [run_of, pod("web-1")]}, "logs pod/web-1": "hello", "logs pod/cron-clear-29-x": "cleared"}
    )  # fmt: skip
    assert cli.main(["logs", "CUSTOMER=acme", "APP=shop", "LINES=5"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "hello"
    assert [*logs.lines(Kubectl("acme-shop"), "cron-clear", 5)][1] == "cleared"
    assert all("--tail=5" in words for words, _ in asked.of("logs"))


def test_logs_of_nothing(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["logs", "CUSTOMER=acme", "APP=shop", "OF=nobody"]) == 2
    assert "no pod of nobody" in capsys.readouterr().err
