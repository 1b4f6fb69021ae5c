"""When a ring gets its next version, when not, and how it gets the one before again."""

import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.zones import OURS
from validators import cli
from validators.rings import advance, answers, settings
from validators.rings.advance import Judgement
from validators.rings.answers import Answer, Way
from validators.sources import rings
from validators.sources.tree import Tree, TreeError

from .fleet import FIRST, SECOND, Fleet

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(days=30)


@pytest.fixture
def ringed(tmp_path: Path) -> Fleet:
    """Two rings with v1, and a tag v2.0.0 of a library with another history."""
    made = Fleet.make(tmp_path / "repository")
    made.change_library(500)
    made.repository.git("tag", "v2.0.0")
    return made


def all_answer(names) -> dict[str, Answer]:
    return {name: Answer(name, "", BEFORE) for name in names}


def one_silent(app: str, made: datetime = BEFORE):
    return lambda names: {name: Answer(name, "https://x/: 502" if name == app else "", made) for name in names}


def judged(fleet: Fleet, name: str, ask=all_answer, now: datetime = NOW, excused: frozenset = frozenset()) -> Judgement:
    tree = Tree(fleet.root)
    known = advance.members(tree).rings
    ring = advance.ring_named(known, name)
    return advance.judge(tree, ring, advance.next_version(tree, known, ring, now), now, ask, excused)


def take(fleet: Fleet, name: str, now: datetime = NOW, ask=all_answer) -> None:
    """Advance a ring, and commit."""
    judgement = judged(fleet, name, ask, now)
    assert judgement.refusals == []
    fleet.write(
        OURS.rings_file, settings.text(advance.advanced(judgement, advance.members(Tree(fleet.root)).rings, now))
    )
    fleet.repository.commit(f"Advance {name}")


def versions(fleet: Fleet) -> dict[str, str]:
    return {ring.name: ring.version.name for ring in advance.members(Tree(fleet.root)).rings.rings}


def test_the_first_ring_gets_the_newest_tag_and_the_next_ring_that(ringed: Fleet) -> None:
    take(ringed, "first")
    assert versions(ringed) == {"first": "v2.0.0", "all": "v1"}
    take(ringed, "all", NOW + timedelta(days=3, minutes=1))
    assert versions(ringed) == {"first": "v2.0.0", "all": "v2.0.0"}
    assert ringed.render().changed == [SECOND, FIRST]
    assert (ringed.history(FIRST), ringed.history(SECOND)) == (["500"], ["500"])


def test_not_before_its_time(ringed: Fleet) -> None:
    take(ringed, "first")
    assert judged(ringed, "all", now=NOW + timedelta(days=2, hours=23)).refusals == [
        "v2.0.0 is to be in first for 3d: 1.0 hours to go"
    ]


LATER = NOW + timedelta(days=4)


def test_not_while_an_app_that_answered_before_does_not(ringed: Fleet) -> None:
    take(ringed, "first")
    assert judged(ringed, "all", one_silent(FIRST), LATER).refusals == [
        f"{FIRST}, in first, answered before v2.0.0 and doesn't now: https://x/: 502"
    ]
    # The next ring's own apps don't count, nor one whose silence has another reason.
    assert judged(ringed, "all", one_silent(SECOND), LATER).passed
    assert judged(ringed, "all", one_silent(FIRST), LATER, frozenset({FIRST})).passed


def test_an_app_that_was_broken_before_blocks_nothing(ringed: Fleet) -> None:
    take(ringed, "first", ask=one_silent(FIRST))
    [ring, _] = advance.members(Tree(ringed.root)).rings.rings
    assert ring.silent == (FIRST,)
    assert judged(ringed, "all", one_silent(FIRST), LATER).passed


def test_an_app_that_is_newer_than_the_version_blocks_nothing(ringed: Fleet) -> None:
    take(ringed, "first")
    assert judged(ringed, "all", one_silent(FIRST, NOW + timedelta(hours=1)), LATER).passed
    gone = lambda names: {name: Answer(name, "has no Deployment web in the cluster") for name in names}  # noqa: E731
    assert not judged(ringed, "all", gone, LATER).passed


def test_not_with_findings(ringed: Fleet) -> None:
    ringed.repository.edit("base/web/deployment.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")
    ringed.repository.commit("A lax version")
    ringed.repository.git("tag", "v2.1.0")
    judgement = judged(ringed, "first")
    assert judgement.refusals == [f"by v2.1.0 the rules refuse {FIRST}"]
    assert {finding.rule for finding in judgement.findings} == {"read-only-root"}


def test_an_app_with_errors_of_its_own_blocks_nothing(ringed: Fleet) -> None:
    ringed.repository.edit(f"overlays/customers/{FIRST}/app.env", "HOSTS=", "HOSTS=*")
    ringed.repository.commit()
    assert judged(ringed, "first").passed


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("v9", "v9 is no tag of a version; there are v3.0.0, v2.0.0"),
        ("side", "side is no tag"),
        ("v3.0.0", "isn't part of what is"),
    ],
)
def test_what_the_first_ring_can_get(ringed: Fleet, to: str, said: str) -> None:
    ringed.repository.git("checkout", "--quiet", "-b", "side")
    ringed.change_library(400)
    ringed.repository.git("tag", "v3.0.0")
    ringed.repository.git("checkout", "--quiet", "main")
    tree = Tree(ringed.root)
    known = advance.members(tree).rings
    with pytest.raises(TreeError, match=said):
        advance.next_version(tree, known, known.rings[0], NOW, to)


def test_a_tag_that_was_moved_is_told(ringed: Fleet) -> None:
    take(ringed, "first")
    ringed.change_library(400)
    ringed.repository.git("tag", "--force", "v2.0.0")
    tree = Tree(ringed.root)
    known = advance.members(tree).rings
    with pytest.raises(TreeError, match=r"the tag v2\.0\.0 was moved"):
        advance.next_version(tree, known, known.rings[0], NOW)


def test_back_is_at_once_and_as_often_as_versions_are_known(ringed: Fleet, capsys: pytest.CaptureFixture) -> None:
    take(ringed, "first")
    before = ringed.render().branch.tip
    assert cli.main(["rings-back", "first", f"--root={ringed.root}"]) == 0
    assert "Ring first: v2.0.0 -> v1. Then:" in capsys.readouterr().out
    assert versions(ringed) == {"first": "v1", "all": "v1"}
    ringed.repository.commit("Back")
    assert ringed.render().changed == [FIRST]
    assert ringed.history(FIRST) == ["5"]
    assert ringed.repository.git("rev-parse", "refs/heads/deploy~1").strip() == before
    assert cli.main(["rings-back", "first", f"--root={ringed.root}"]) == 2
    assert "rings.yaml knows no version before it" in capsys.readouterr().err


def test_the_file_says_what_was_written(ringed: Fleet) -> None:
    take(ringed, "first", ask=one_silent(FIRST))
    known = advance.members(Tree(ringed.root)).rings
    again, problems = rings.read(settings.text(known).encode())
    assert (again, problems) == (known, [])
    spans = [timedelta(minutes=90), timedelta(hours=12), timedelta(days=3), timedelta()]
    assert [settings.length(span) for span in spans] == ["90m", "12h", "3d", "0d"]
    assert [rings.duration(settings.length(span)) for span in spans] == spans


def test_status_and_diff_say_what_comes(ringed: Fleet, capsys: pytest.CaptureFixture) -> None:
    root = f"--root={ringed.root}"
    assert cli.main(["rings-status", root]) == 0
    said = capsys.readouterr().out
    assert [line.split()[:2] for line in said.splitlines()[2:4]] == [["first", "v1"], ["all", "v1"]]
    assert "v2.0.0" in said
    assert "There is no branch deploy yet" in said
    assert cli.main(["rings-diff", "first", root]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Ring first: v1 -> v2.0.0, 1 app in ")
    assert f"1 app: the same line ({FIRST})" in said
    assert "Deployment/web  spec.revisionHistoryLimit  5         500" in said
    assert cli.main(["rings-diff", "al", root]) == 2
    assert "there is no ring 'al': there are first, all" in capsys.readouterr().err


# A kubectl that says what Deployments there are, or Applications: the file SITES.
KUBECTL = f"#!{sys.executable}\nimport json, os, sys; print(json.dumps(json.load(open(os.environ['SITES']))[sys.argv[4].split('.')[0]]))\n"


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file with the Deployments that kubectl shows."""
    program = tmp_path / "bin/kubectl"
    program.parent.mkdir()
    program.write_text(KUBECTL)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("KUBECONFIG", "of-the-tests")
    monkeypatch.setenv("SITES", str(tmp_path / "sites.json"))
    return tmp_path / "sites.json"


def shown(*sites: dict, **applications: dict) -> str:
    """What kubectl shows of these sites; each has an Application that is synced, or in another state."""
    states = {one["metadata"]["namespace"]: synced() for one in sites} | applications
    named = [{"metadata": {"name": name}, "status": status} for name, status in states.items()]
    return json.dumps({"deployments": {"items": sites}, "applications": {"items": named}})


def synced(status: str = "Synced", phase: str = "Succeeded") -> dict:
    return {"sync": {"status": status}, "operationState": {"phase": phase, "message": "one or more objects"}}


def site(app: str, *, updated: int = 2, available: int = 2, observed: int = 3, path: str = "/healthz") -> dict:
    probe = {"httpGet": {"path": path, "httpHeaders": [{"name": "Host", "value": "localhost"}]}}
    return {
        "metadata": {
            "name": "web",
            "namespace": app.replace("/", "-"),
            "creationTimestamp": "2026-11-01T00:00:00Z",
            "generation": 3,
        },
        "spec": {"replicas": 2, "template": {"spec": {"containers": [{"name": "web", "readinessProbe": probe}]}}},
        "status": {"updatedReplicas": updated, "availableReplicas": available, "observedGeneration": observed},
    }


@pytest.fixture
def visited(tmp_path: Path) -> Iterator[Way]:
    """The way to a site that has /healthz, and a certificate for localhost."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/healthz" else 502)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Way(f"127.0.0.1:{server.server_port}", str(certificate))
    server.shutdown()
    server.server_close()


def test_an_app_answers_by_its_deployment_and_its_page(cluster: Path, visited: Way) -> None:
    sites = [
        site("a/well"),
        site("a/down", available=0),
        site("a/old", updated=1),
        site("a/unseen", observed=2),
        site("a/wrong", path="/nowhere"),
        site("a/init"),
    ]
    cluster.write_text(shown(*sites, **{"a-init": synced("OutOfSync", "Failed")}))
    found = answers.ask([*(one["metadata"]["namespace"].replace("-", "/") for one in sites), "a/gone"], visited)
    assert {app: answer.why for app, answer in found.items()} == {
        "a/well": "",
        "a/down": "Deployment web: 0 of 2 pods are of the newest release and available",
        "a/old": "Deployment web: 1 of 2 pods are of the newest release and available",
        "a/unseen": "Deployment web: its rollout hasn't begun",
        "a/init": "ArgoCD: OutOfSync, Failed: one or more objects",
        "a/wrong": "https://localhost/nowhere: 502",
        "a/gone": "has no Deployment web in the cluster",
    }
    assert "CERTIFICATE_VERIFY_FAILED" in answers.ask(["a/well"], Way(visited.address))["a/well"].why


def test_the_command_judges_writes_and_says_what_next(
    ringed: Fleet, cluster: Path, visited: Way, capsys: pytest.CaptureFixture
) -> None:
    cluster.write_text(shown(site(FIRST), site(SECOND)))
    given = [f"--root={ringed.root}", f"--connect={visited.address}", f"--authority={visited.authority}"]
    before = (ringed.root / OURS.rings_file).read_text()
    assert cli.main(["rings-advance", "first", "--dry-run", *given]) == 0
    assert (ringed.root / OURS.rings_file).read_text() == before
    assert cli.main(["rings-advance", "first", *given]) == 0
    assert "Ring first: v1 -> v2.0.0. Then:" in capsys.readouterr().out
    assert cli.main(["rings-advance", "all", *given]) == 1
    said = capsys.readouterr().err
    assert "v2.0.0 is to be in first for 3d" in said
    assert "Ring all keeps v1" in said


def test_without_a_cluster_nothing_is_judged(
    ringed: Fleet, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.delenv("KUBECONFIG", raising=False)
    assert cli.main(["rings-advance", "first", f"--root={ringed.root}"]) == 2
    assert "KUBECONFIG names no file" in capsys.readouterr().err
