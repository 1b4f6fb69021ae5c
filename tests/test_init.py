"""A hoster's repository from an empty one: what is in it, what it is made for, what isn't."""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from validators import cli
from validators.authoring import init, library, library_texts
from validators.check.run import check
from validators.check.selection import Options
from validators.render import kustomize, objects
from validators.sources.tree import Tree
from validators.sources.zones import Zones

from . import hoster
from .conftest import ROOT, tool
from .zones import OURS

WHEELS = ROOT / ".tools" / "wheels"
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


def renamed(text: str, before: Zones, after: Zones) -> str:
    return text.replace(before.platform, after.platform).replace(before.template, after.template)


def rendered(root: Path) -> dict[str, objects.Object]:
    made = objects.parse(kustomize.find().build(root / "overlays/platform/acme/shop"))
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


def given(**facts: str) -> list[str]:
    """Return options that say the least, and these."""
    least = ("block", "contact", "address", "repository")
    return [f"--{name}={value}" for name, value in ({name: hoster.FACTS[name] for name in least} | facts).items()]


@pytest.mark.parametrize(
    ("facts", "route"),
    [
        ({}, "ingress"),
        ({"gateway": "edge/outside"}, "gateway"),
        ({"gateway": "edge/outside", "ingress-class": "nginx"}, "ingress"),
    ],
)
def test_a_new_app_comes_in_where_the_cluster_lets_it(
    repository: Path, capsys: pytest.CaptureFixture, facts: dict[str, str], route: str
) -> None:
    assert run(repository, *given(**facts)) == 0
    new_app(repository)
    assert f"Visitors come in by component {route}.\n" in capsys.readouterr().out
    found = rendered(repository)
    assert ("Ingress/web" in found, "HTTPRoute/web" in found) == (route == "ingress", route == "gateway")
    assert [finding.rule for finding in check(Options(root=repository, cached=False)).findings] == ["not-sealed-yet"]


UNSAID = {
    "backup-facts": ("s3.egress", "s3.endpoint", "s3.region"),
    "cluster-facts": ("certificates.issuer", "gateway.name", "gateway.namespace", "storageClasses.files"),
}


def test_what_nobody_said_is_found_where_it_is_used(repository: Path) -> None:
    assert run(repository, *given()) == 0
    new_app(repository, STORAGE="cephfs", COMPONENTS="backup,certificate", ROUTE="gateway")
    facts = (repository / "overlays/cluster/facts.yaml").read_text()
    assert "  # certificates:\n  #   issuer: letsencrypt\n" in facts, "an example, as a comment"
    report = check(Options(root=repository, cached=False))
    for rule, paths in UNSAID.items():
        found = sorted((one.message.split()[0], one.place.path) for one in report.findings if one.rule == rule)
        assert found == [(f"spec.{path}", "overlays/cluster/facts.yaml") for path in paths]


@pytest.mark.parametrize(("ipv4", "protocol"), [("no", "proto=tcp6"), ("yes", "proto=tcp")])
def test_a_volume_is_mounted_over_the_clusters_addresses(repository: Path, ipv4: str, protocol: str) -> None:
    assert run(repository, *given(ipv4=ipv4)) == 0
    new_app(repository, STORAGE="nfs")
    volume = rendered(repository)["PersistentVolume/acme-shop-media"]
    assert volume.get("spec", "mountOptions") == ["nfsvers=4.2", "hard", protocol]


def test_nothing_in_it_can_be_deployed(repository: Path) -> None:
    assert run(repository, *hoster.options()) == 0
    assert Tree(repository).app_names() == []
    listed = {path.name for path in (repository / "overlays/platform").iterdir()}
    assert listed == {"argocd"}


def test_whats_the_librarys_is_whole_and_known(repository: Path) -> None:
    assert run(repository, *hoster.options()) == 0
    sums = library.read(repository)
    assert sums == library.released(library_texts.texts(Zones()))
    for name in sums.files:
        ours = (ROOT / renamed(name, Zones(), OURS)).read_text()
        theirs, wanted = (repository / name).read_text(), renamed(ours, OURS, Zones())
        assert (hoster.LINK.sub(r"\1", theirs) if name.endswith(".md") else theirs) == (
            hoster.LINK.sub(r"\1", wanted) if name.endswith(".md") else wanted
        ), "but for links, theirs says what ours does, and how their folder is called"
    assert library.edited(repository, sums) == []
    checked = subprocess.run(["sha256sum", "--check", "--quiet", library.SUMS], cwd=repository)
    assert checked.returncode == 0
    (repository / "base/kustomization.yaml").write_text("kind: Kustomization\n")
    (repository / "components/tenant/namespace.yaml").unlink()
    assert library.edited(repository, sums) == ["base/kustomization.yaml", "components/tenant/namespace.yaml"]


def test_argocd_reads_the_hosters_repository(repository: Path) -> None:
    assert run(repository, *hoster.options()) == 0
    made = objects.parse(kustomize.find().build(repository / "overlays/platform/argocd"))
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
        (
            hoster.options(platform="customers"),
            "--platform 'customers': write a-z, 0-9 and -, a letter first, and none of",
        ),
        (hoster.options(platform="../x"), "--platform '../x': write a-z, 0-9 and -"),
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


def built(source: Path, target: Path) -> Path:
    """Return the wheel of a checkout."""
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    subprocess.run([*pip, "--wheel-dir", target, source], check=True)
    [wheel] = target.glob("*.whl")
    return wheel


def shell(script: str, folder: Path) -> subprocess.CompletedProcess:
    """Run a script as a user would who has kustomize and pip's packages at hand, and nothing of this checkout."""
    environment = {
        "PATH": os.pathsep.join([str(tool("kustomize").parent), os.environ["PATH"]]),
        "HOME": str(folder),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        **{f"GIT_{who}_{what}": "test@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    return subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.pre_commit
@pytest.mark.timeout(900)
def test_from_an_empty_folder_as_the_page_says(tmp_path: Path) -> None:
    """The wheel, installed as a user would; then the page's commands, word for word, and what they print."""
    source = hoster.working_tree(tmp_path / "source")
    wheel = built(source, tmp_path)
    shutil.rmtree(source)
    page = (ROOT / "docs/your-own-repository.md").read_text()
    [transcript] = re.findall(r"<!-- transcript -->\n\n((?:    .*\n|\n)+)", page)
    commands = re.findall(r"^    \$ ((?:.*\\\n)*.*)", transcript, re.M)
    script = "\n".join(commands).replace("django-hosting==0.1.0", str(wheel)).replace("\n    ", "\n")
    begin = time.monotonic()
    done = shell(script, tmp_path)
    seconds = time.monotonic() - begin
    assert done.returncode == 0, done.stdout + done.stderr
    assert seconds < MOST_SECONDS
    shown = [line.removeprefix("    ") for line in transcript.splitlines() if line.strip() not in ("", "...")]
    shown = [line for line in shown if not line.startswith(("$ ", "    --"))]
    assert len(shown) > 5
    for line in shown:
        wanted = ".*".join(map(re.escape, line.split("...")))
        assert re.search(f"^{wanted}$", done.stdout, re.M), line


JOURNEY = """
python3 -m venv tools && . tools/bin/activate
pip install --quiet {old}
git init --quiet apps && cd apps
django-hosting init {options}
git add --all && git commit --quiet --message Library
django-hosting new-app {app}
django-hosting check
git add --all && git commit --quiet --message 'A first app'
django-hosting staging CUSTOMER=acme APP=shop
django-hosting seal CUSTOMER=acme APP=shop SECRET=database-app KEY=nothing 2>&1 && exit 1
printf 'patches:\n  - target: {{kind: Deployment, name: web}}\n    patch: |-\n      %s\n' \
  '- {{op: replace, path: /spec/replicas, value: 9}}' >> overlays/customers/acme/shop/kustomization.yaml
echo 'CHANGED:' && django-hosting check && exit 1
git checkout --quiet . && git clean --quiet -d --force
pip install --quiet --force-reinstall --no-deps {new}
django-hosting upgrade
django-hosting check
sha256sum --check --quiet library.sha256
"""


@pytest.mark.pre_commit
@pytest.mark.timeout(900)
def test_a_name_of_their_own_for_the_platforms_folder(tmp_path: Path) -> None:
    """From a built wheel to the next version's, with a folder that isn't called as ours: nothing names ours any more."""
    source = hoster.working_tree(tmp_path / "source")
    old = built(source, tmp_path / "old")
    change = source / "base/web/service.yaml"
    change.write_text(change.read_text().replace("  labels:\n", "  labels:\n    planted: by-the-next\n", 1))
    project = source / "pyproject.toml"
    project.write_text(project.read_text().replace('version = "0.1.0"', 'version = "0.1.1"', 1))
    new = built(source, tmp_path / "new")
    options, app = shlex.join(hoster.options(platform="our-hosting")), shlex.join(hoster.FIRST_APP)
    done = shell(JOURNEY.format(old=old, new=new, options=options, app=app), tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    root = tmp_path / "apps"
    assert "\n  overlays/our-hosting/acme/shop  how big it is\n" in said
    assert "overlays/our-hosting/acme/shop/database-secret.yaml:8:5: not-sealed-yet: warning:" in said
    assert "overlays/our-hosting/acme/shop-staging" in said
    refused = said[said.index("CHANGED:") :]
    assert "spec.replicas of Deployment/web isn't a customer's to set" in refused
    assert "ask Hoster (help@hoster.example)" in refused
    assert "The library is 0.1.1 now, 0.1.0 before" in said
    assert "planted" in said
    assert {path.name for path in (root / "overlays").iterdir()} == {"cluster", "customers", "our-hosting", "template"}
    files = [path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts]
    assert [path for path in files if f"{OURS.platform}" in path.read_text() or OURS.template in path.read_text()] == []
    made = objects.parse(kustomize.find().build(root / "overlays/our-hosting/argocd"))
    [applications] = [one for one in made if one.kind == "ApplicationSet"]
    assert applications.get("spec", "generators", 0, "git", "directories", 0, "path") == "overlays/our-hosting/*"
    assert applications.get("spec", "template", "spec", "source", "path") == "overlays/our-hosting/argocd/customer"


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


def test_make_check_tells_of_an_edit(repository: Path) -> None:
    assert run(repository, *hoster.options()) == 0
    command = ["make", "--no-print-directory", "-C", str(repository), "check", "DJANGO_HOSTING=true"]
    plain = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MFLAGS")}

    def said() -> str:
        return subprocess.run(command, check=True, capture_output=True, text=True, env=plain).stderr

    assert said() == ""
    with (repository / "base/web/service.yaml").open("a") as file:
        file.write("# Ours.\n")
    assert "files of the library were edited" in said()
