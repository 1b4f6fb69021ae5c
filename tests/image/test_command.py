"""`check-image`: wrong use, what it prints, and that it leaves nothing behind whatever happens."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from validators.cli import main
from validators.image import verdict
from validators.image.kubectl import ClusterProblem, Kubectl, until
from validators.image.verdict import CHECKS, Report

from ..conftest import ROOT

IMAGE = "registry.example.com/acme/shop:1.0.0"
# A cluster that takes everything, has no pods and never ends; what it is asked is written down.
KUBECTL = """#!/bin/sh
echo "$*" >> {log}
case "$2" in
  get) [ "$3" = namespace ] || echo '{{"status": {{"phase": "Pending"}}, "items": []}}' ;;
esac
{more}
"""
KUBESEAL = '#!/bin/sh\ncase "$1" in --fetch-cert) cat {cert} ;; *) exec {kubeseal} "$@" ;; esac\n'


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "IMAGE is missing"),
        ({"image": "shop:latest"}, "can move"),
        ({"image": IMAGE, "host": "10.0.0.1"}, "is an address"),
        ({"image": IMAGE, "health": "healthz"}, "write a path"),
        ({"image": IMAGE, "valkey": "yes"}, "write 0 or 1"),
        ({"image": IMAGE, "format": "xml"}, "write text or json"),
        ({"image": IMAGE, "load": "0"}, "write seconds"),
        ({"image": IMAGE, "wait": "9999"}, "write seconds"),
        ({"image": IMAGE, "env": "nowhere.env"}, "No such file"),
        ({"image": IMAGE}, "no cluster: set KUBECONFIG"),
    ],
)
def test_wrong_use_is_said_in_one_line(monkeypatch, capsys, options: dict[str, str], says: str) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    assert main(["check-image", *(f"--{name}={value}" for name, value in options.items())]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert says in err
    assert err.count("\n") == 1


def report() -> Report:
    made = Report(IMAGE)
    made.ok("pulled", IMAGE)
    made.fails("listens", "listens on 0.0.0.0:8000", "Listen on [::]:8000.")
    made.fails("listens", "the second is not heard", "")
    made.ok("listens", "nor is this")
    made.sizing = "kind: Sizing\n"
    return made


def test_the_table_tells_what_was_seen_and_what_to_change(capsys) -> None:
    verdict.write_text(report(), sys.stdout)
    said = capsys.readouterr().out
    for title in CHECKS.values():
        assert title in said
    assert "1. Listens on [::]:8000 in time: fails\n   Listen on [::]:8000." in said
    assert "kind: Sizing" in said
    assert "1 to change" in said
    assert "not heard" not in said


def test_json_has_every_check(capsys) -> None:
    verdict.write_json(report(), sys.stdout)
    told = json.loads(capsys.readouterr().out)
    assert (told["image"], told["ok"], told["sizing"]) == (IMAGE, False, "kind: Sizing\n")
    assert [one["check"] for one in told["verdicts"]] == list(CHECKS)
    assert [one["check"] for one in told["verdicts"] if one["verdict"] == "fails"] == ["listens"]


def test_until_gives_what_it_found_or_none() -> None:
    answers = iter([None, None, False])
    assert until(10, lambda: next(answers), every=0.01) is False
    assert until(0.05, lambda: None, every=0.01) is None


class Cluster:
    """A folder with a kubectl and a kubeseal that pretend."""

    def __init__(self, folder: Path, keys: Path) -> None:
        self.folder, self.log, self.keys = folder, folder / "asked", keys
        (folder / "tools").mkdir()
        (folder / "tmp").mkdir()
        self.log.touch()
        self.write("exit 0")

    def write(self, more: str) -> None:
        """Make kubectl do something else after it has answered."""
        kubeseal = KUBESEAL.format(cert=self.keys / "cert.pem", kubeseal=ROOT / ".tools/bin/kubeseal")
        for name, text in (("kubectl", KUBECTL.format(log=self.log, more=more)), ("kubeseal", kubeseal)):
            path = self.folder / "tools" / name
            path.write_text(text)
            path.chmod(0o755)

    def start(self) -> subprocess.Popen[str]:
        """Start check-image on it."""
        code = (
            "import sys, pathlib; from validators import cli; from validators.render import kustomize; kustomize.find();"
            f"kustomize.TOOLS = pathlib.Path({str(self.folder / 'tools')!r});"
            f"sys.exit(cli.main(['check-image', '--image={IMAGE}']))"
        )
        path = f"{self.folder / 'tools'}:{os.environ['PATH']}"
        environment = {**os.environ, "KUBECONFIG": "/dev/null", "PATH": path, "TMPDIR": str(self.folder / "tmp")}
        return subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def removed(self) -> bool:
        """Whether the namespace was deleted, and nothing lies in the folder for temporary files."""
        return "delete namespace check-image-" in self.log.read_text() and not list((self.folder / "tmp").iterdir())


@pytest.fixture
def cluster(tmp_path: Path, keys: Path) -> Cluster:
    return Cluster(tmp_path, keys)


@pytest.mark.parametrize("signs", [[signal.SIGINT], [signal.SIGTERM], [signal.SIGINT, signal.SIGINT, signal.SIGTERM]])
def test_an_interruption_removes_the_namespace(cluster: Cluster, signs: list[signal.Signals]) -> None:
    process = cluster.start()
    deadline = time.monotonic() + 60
    while "get --output=json pod look" not in cluster.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.1)  # another process's progress, of which only the file tells
    for sign in signs:
        process.send_signal(sign)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert cluster.removed()


def test_a_failure_removes_the_namespace(cluster: Cluster) -> None:
    cluster.write('case "$*" in *create*) echo "quota exceeded" >&2; exit 1 ;; esac')
    process = cluster.start()
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2, said
    assert "quota exceeded" in said
    assert cluster.removed()


def test_kubectls_complaint_is_one_line(cluster: Cluster, monkeypatch) -> None:
    cluster.write("echo 'Error from server: a' >&2; echo b >&2; exit 1")
    monkeypatch.setenv("PATH", f"{cluster.folder / 'tools'}:{os.environ['PATH']}")
    with pytest.raises(ClusterProblem, match=r"^kubectl get: Error from server: a b$"):
        Kubectl("any").get("pods")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("LOG\nLOG\nThe connection was refused", "The connection was refused"),
        ("a\na", "a"),
        ("LOG\nLOG", "E1130 .* refused"),
    ],
)
def test_kubectls_log_is_left_out(cluster: Cluster, monkeypatch, said: str, told: str) -> None:
    log = 'E1130 12:43:10.837398   17373 memcache.go:265] "Unhandled Error" err="connection refused'
    cluster.write(f"cat >&2 <<'END'\n{said.replace('LOG', log)}\nEND\nexit 1")
    monkeypatch.setenv("PATH", f"{cluster.folder / 'tools'}:{os.environ['PATH']}")
    with pytest.raises(ClusterProblem, match=rf"^kubectl get: {told}$"):
        Kubectl("any").get("pods")
