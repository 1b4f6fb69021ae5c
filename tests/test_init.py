"""A hoster's repository from an empty one: what is in it, what it is made for, what isn't."""

import io
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from validators import cli
from validators.authoring import init, library
from validators.render import kustomize, objects
from validators.sources.tree import Tree

from . import hoster
from .conftest import ROOT, tool

WHEELS = ROOT / ".tools" / "wheels"
FIGURES = re.compile(r"\d+ files|[\d.]+ s:")
MOST_SECONDS = 120
"""From pip install to the check of a first app."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return hoster.empty(tmp_path / "apps")


def run(root: Path, *arguments: str) -> int:
    return cli.main(["init", f"--root={root}", *arguments])


def new_app(root: Path, **more: str) -> None:
    given = [*hoster.FIRST_APP, *(f"{name}={value}" for name, value in more.items())]
    assert cli.main(["new-app", f"--root={root}", *given]) == 0


def rendered(root: Path) -> dict[str, objects.Object]:
    made = objects.parse(kustomize.find().build(root / "overlays/ungleich/acme/shop"))
    return {f"{one.kind}/{one.name}": one for one in made}


def test_another_cluster(repository: Path, capsys: pytest.CaptureFixture) -> None:
    """An app on a cluster with other classes, IPv4 and another IngressClass: nothing of ours is left in what it renders to."""
    assert run(repository, *hoster.options(gateway="edge/outside", **{"dns-namespace": "dns"})) == 0
    new_app(repository, STORAGE="cephfs", ASYNC="1")
    found = rendered(repository)
    classes = {
        name: one.get("spec", "storageClassName") for name, one in found.items() if one.kind == "PersistentVolumeClaim"
    }
    assert classes == {"PersistentVolumeClaim/database": "fast-block", "PersistentVolumeClaim/media": "fast-files"}
    assert found["Ingress/web"].get("spec", "ingressClassName") == "nginx"
    facts = yaml.safe_load((repository / "overlays/cluster/facts.yaml").read_text())["spec"]
    assert (facts["gateway"], facts["dns"], facts["ipv4"]) == (
        {"name": "outside", "namespace": "edge"},
        {"namespace": "dns"},
        True,
    )
    everything = "".join(path.read_text() for path in (repository / "overlays").rglob("*.yaml"))
    assert "rook-ceph" not in everything
    assert "support@example.com" not in everything
    said = capsys.readouterr().out
    assert "1. Commit it: git add --all && git commit" in said


def test_nothing_in_it_can_be_deployed(repository: Path) -> None:
    assert run(repository, *hoster.options()) == 0
    assert Tree(repository).app_names() == []
    listed = {path.name for path in (repository / "overlays/ungleich").iterdir()}
    assert listed == {"argocd"}


def test_whats_the_librarys_is_whole_and_known(repository: Path) -> None:
    assert run(repository, *hoster.options()) == 0
    sums = library.read(repository)
    assert sums == library.released()
    for name in sums.files:
        assert (repository / name).read_bytes() == (ROOT / name).read_bytes()
    assert library.edited(repository, sums) == []
    checked = subprocess.run(["sha256sum", "--check", "--quiet", library.SUMS], cwd=repository)
    assert checked.returncode == 0
    (repository / "base/kustomization.yaml").write_text("kind: Kustomization\n")
    (repository / "components/tenant/namespace.yaml").unlink()
    assert library.edited(repository, sums) == ["base/kustomization.yaml", "components/tenant/namespace.yaml"]


def test_argocd_reads_the_hosters_repository(repository: Path) -> None:
    assert run(repository, *hoster.options()) == 0
    made = objects.parse(kustomize.find().build(repository / "overlays/ungleich/argocd"))
    [applications] = [one for one in made if one.kind == "ApplicationSet"]
    assert applications.get("spec", "template", "spec", "source", "repoURL") == hoster.FACTS["repository"]


def without(name: str) -> list[str]:
    return [option for option in hoster.options() if not option.startswith(f"--{name}=")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (without("block"), "write --block; or run it on a terminal, where it asks"),
        (["--block="], "write --block, --contact, --address, --repository"),
        (hoster.options(ipv4="maybe"), "--ipv4 'maybe': write yes or no"),
        (hoster.options(gateway="public"), "--gateway 'public': write NAMESPACE/NAME, as gateway/public"),
    ],
)
def test_wrong_use_writes_nothing(
    repository: Path, capsys: pytest.CaptureFixture, monkeypatch, arguments, said
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert run(repository, *arguments) == 2
    assert said in capsys.readouterr().err
    assert [path.name for path in repository.iterdir()] == [".git"]


def test_not_where_something_is(repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    assert run(tmp_path, *hoster.options()) == 2
    assert "is no git repository: run git init here first" in capsys.readouterr().err
    (repository / "README.md").write_text("Ours.\n")
    (repository / "base").mkdir()
    assert run(repository, *hoster.options()) == 2
    assert "base is here already: init is for an empty repository" in capsys.readouterr().err
    (repository / "base").rmdir()
    assert run(repository, *hoster.options()) == 0
    assert (repository / "README.md").read_text() == "Ours.\n", "what a forge wrote stays"


def test_questions() -> None:
    asked = []

    def ask(question: str) -> str:
        asked.append(question)
        return {"StorageClass of block storage, for databases: ": " fast "}.get(question, "said")

    given = dict.fromkeys(init.QUESTIONS) | {"gateway": "edge/outside", "ipv4": "no"}
    known = init.facts(given, ask)
    assert (known.block, known.contact, known.gateway) == ("fast", "said", "edge/outside")
    assert len(asked) == len(init.QUESTIONS) - 2
    assert "The namespace of the cluster's DNS servers [kube-system]: " in asked
    assert init.facts(given, lambda _: "" if "DNS" in _ else "said").dns_namespace == "kube-system"


@pytest.mark.pre_commit
@pytest.mark.timeout(900)
def test_from_an_empty_folder_as_the_page_says(tmp_path: Path) -> None:
    """The wheel, installed as a user would; then the page's commands, word for word, and what they print."""
    source = hoster.working_tree(tmp_path / "source")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--wheel-dir",
    ]
    subprocess.run([*pip, tmp_path, source], check=True)
    shutil.rmtree(source)
    [wheel] = tmp_path.glob("*.whl")
    page = (ROOT / "docs/your-own-repository.md").read_text()
    [transcript] = re.findall(r"<!-- transcript -->\n\n((?:    .*\n|\n)+)", page)
    commands = re.findall(r"^    \$ ((?:.*\\\n)*.*)", transcript, re.M)
    script = "\n".join(commands).replace("django-hosting==0.1.0", str(wheel)).replace("\n    ", "\n")
    environment = {
        "PATH": os.pathsep.join([str(tool("kustomize").parent), os.environ["PATH"]]),
        "HOME": str(tmp_path),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **{f"GIT_{who}_{what}": "test@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    begin = time.monotonic()
    done = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    seconds = time.monotonic() - begin
    assert done.returncode == 0, done.stdout + done.stderr
    assert seconds < MOST_SECONDS
    shown = [line.removeprefix("    ") for line in transcript.splitlines() if line.strip() not in ("", "...")]
    shown = [line for line in shown if not line.startswith(("$ ", "    --"))]
    said = [FIGURES.sub("", line) for line in done.stdout.splitlines()]
    assert len(shown) > 5
    for line in shown:
        assert any(one.startswith(FIGURES.sub("", line.removesuffix(" ..."))) for one in said), line


def test_make_knows_every_command(repository: Path) -> None:
    """By its name, also where a folder is called the same."""
    assert run(repository, *hoster.options()) == 0
    (repository / "export").mkdir()
    plain = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS")}
    for name in [*cli.names(), "help"]:
        command = [
            "make",
            "--no-print-directory",
            "-C",
            str(repository),
            name,
            "CUSTOMER=acme",
            "DJANGO_HOSTING=echo it",
        ]
        said = subprocess.run(command, check=True, capture_output=True, text=True, env=plain).stdout
        wanted = {"check": "it check\n", "help": "it --help\n"}.get(name, f"it {name} CUSTOMER=acme\n")
        assert said.endswith(wanted), name
