"""`new-app`: the same as copying the template and editing the marked lines; wrong use leaves nothing behind."""

import itertools
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from validators.authoring import new_app, scaffold
from validators.check.run import check
from validators.check.selection import Options
from validators.cli import main
from validators.kubernetes import versions
from validators.policy import names
from validators.render import kustomize, objects
from validators.sources import app_file
from validators.sources.app_file import AppFile, Repository
from validators.sources.tree import Tree

from .conftest import ROOT
from .test_schema import problems

GOOD = {"customer": "acme", "app": "wiki", "image": "registry.example.com/acme/wiki:2.0.1", "host": "wiki.acme.example"}
LABEL = "- {{op: add, path: /metadata/labels/hosting.ungleich.ch~1{}, value: "
DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for folder in ("base", "components", "overlays"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def call(root: Path, /, **choices: str) -> int:
    return main(["new-app", f"--root={root}", *(f"--{name}={value}" for name, value in choices.items())])


def texts(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def everything(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.rglob("*"))


def copy_and_edit(repository: Path) -> None:
    """What the documentation tells somebody without make to do, with `cp -r` and an editor."""
    template, overlays = repository / "overlays" / "template", repository / "overlays"
    customer, platform = overlays / "customers/acme/wiki", overlays / "ungleich/acme/wiki"
    shutil.copytree(template / "customer", customer)
    shutil.copytree(template / "ungleich", platform)
    edits = {
        "newName:": "newName: registry.example.com/acme/wiki",
        "newTag:": "newTag: 2.0.1",
        "namespace:": "namespace: acme-wiki",
        "- ../../../customers": "- ../../../customers/acme/wiki",
        LABEL.format("customer"): LABEL.format("customer") + "acme}",
        LABEL.format("app"): LABEL.format("app") + "wiki}",
    }
    for path in (customer / "kustomization.yaml", platform / "kustomization.yaml"):
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if "# EDIT" in line:
                key = next(key for key in edits if line.strip().startswith(key))
                lines[number] = line[: len(line) - len(line.lstrip())] + edits.pop(key)
        path.write_text("\n".join(lines) + "\n")
    assert not edits, "a marked line is missing"
    lines = (customer / "app.env").read_text().splitlines()
    mark = next(number for number, line in enumerate(lines) if line.startswith("# EDIT"))
    lines[mark : mark + 2] = ["HOSTS=wiki.acme.example"]
    (customer / "app.env").write_text("\n".join(lines) + "\n")


def test_same_as_copying_and_editing(repository: Path, tmp_path_factory) -> None:
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(repository / "overlays", other / "overlays")
    copy_and_edit(other)
    assert call(repository, **GOOD) == 0
    assert texts(repository / "overlays") == texts(other / "overlays")


@pytest.mark.parametrize(
    ("worker", "storage", "database"), list(itertools.product(("", "1"), new_app.STORAGES, new_app.DATABASES))
)
def test_every_choice_is_valid(repository: Path, worker: str, storage: str, database: str) -> None:
    assert call(repository, **GOOD, **{"async": worker, "storage": storage, "database": database}) == 0
    folder = repository / "overlays/ungleich/acme/wiki"
    rendered = objects.parse(kustomize.find().build(folder))
    assert [problem for item in rendered for problem in problems(item, versions.KUBERNETES_NEWEST)] == []
    assert {item.namespace for item in rendered if item.kind not in ("Namespace", "PersistentVolume")} == {"acme-wiki"}
    workloads = {f"{item.kind}/{item.name}": item for item in rendered}
    containers = [part.name for part in workloads["Deployment/web"].containers()]
    assert ("Deployment/async" in workloads) == (worker == "1" and storage != "rwo")
    assert ("async" in containers) == (worker == "1" and storage == "rwo")
    assert ("PersistentVolumeClaim/media" in workloads) == (storage != "none")
    assert ("Cluster/database" in workloads, "StatefulSet/database" in workloads) == {
        "standalone": (False, True),
        "cnpg": (True, False),
        "external": (False, False),
    }[database]
    report = check(Options([folder], repository, cached=False, workers=1))
    unsealed = 0 if database == "cnpg" else 1
    unnamed = (1 if storage == "nfs" else 0) + (2 if database == "external" else 0)
    found = sorted(finding.rule for finding in report.findings)
    assert (report.apps, found) == (1, ["not-sealed-yet"] * unsealed + ["placeholder"] * unnamed)
    sized = [part.data.get("resources") for item in rendered for part in item.containers()]
    assert all(sized), "a container without a size"


@pytest.mark.parametrize("route", new_app.ROUTES)
@pytest.mark.parametrize("further", ["", *new_app.FURTHER, ",".join(new_app.FURTHER)])
def test_every_component_can_be_chosen(repository: Path, route: str, further: str) -> None:
    chosen = {"async": "1", "scheduler": "1", "valkey": "1", "health": "/well/", "route": route, "components": further}
    assert call(repository, **GOOD, **chosen) == 0
    folder = repository / "overlays/ungleich/acme/wiki"
    expected = {"not-sealed-yet", *(["feature-secret"] if "restart-on-change" in further else [])}
    expected |= {"secret-exists"} if "backup" in further else set()
    report = check(Options([folder], repository, cached=False, workers=1))
    assert {finding.rule for finding in report.findings} <= expected, report.findings
    texts_ = texts(repository / "overlays")
    listed = re.findall(
        r"components/(\S+)",
        texts_["customers/acme/wiki/kustomization.yaml"] + texts_["ungleich/acme/wiki/kustomization.yaml"],
    )
    assert {"async", "scheduler", "valkey", route, *filter(None, further.split(","))} <= set(listed)


@pytest.mark.parametrize(
    ("storage", "sees"),
    [(one, {"web", "init", "scheduler", "async"}) for one in ("cephfs", "one-node")]
    + [("rwo", {"web", "init", "async"})],
)
def test_an_app_with_one_folder_for_all_sees_it(repository: Path, storage: str, sees: set[str]) -> None:
    chosen = {"async": "1", "scheduler": "1", "storage": storage, "components": "init-container"}
    assert call(repository, **GOOD, **chosen) == 0
    environment = repository / "overlays/customers/acme/wiki/app.env"
    environment.write_text(environment.read_text() + "MEDIA_ROOT=/data\n")
    folder = repository / "overlays/ungleich/acme/wiki"
    mounts = {
        (one.name, mount["mountPath"])
        for item in objects.parse(kustomize.find().build(folder))
        if item.runs_customer_image
        for one in item.containers()
        for mount in one.data.get("volumeMounts", [])
        if mount["name"] == "media"
    }
    assert mounts == {(name, "/data") for name in sees}
    report = check(Options([folder], repository, cached=False, workers=1))
    told = [] if "scheduler" in sees else ["data-folder"]
    assert sorted(finding.rule for finding in report.findings) == [*told, "not-sealed-yet"]


def test_the_health_page_is_that_of_the_probes(repository: Path) -> None:
    assert call(repository, **GOOD, health="/well/") == 0
    rendered = objects.parse(kustomize.find().build(repository / "overlays/ungleich/acme/wiki"))
    [web] = [one.data for item in rendered for one in item.containers() if one.name == "web"]
    assert [web[probe]["httpGet"]["path"] for probe in ("startupProbe", "readinessProbe")] == ["/well/"] * 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("STORGE=rwo", "STORGE is no variable of it; did you mean STORAGE?"),
        ("image=x", "image is no variable of it; did you mean IMAGE?"),
        ("WORKERS=3", "WORKERS is no variable of it. It takes APP, ASYNC"),
    ],
)
def test_an_unknown_variable_is_named(capsys, given: str, says: str) -> None:
    assert main(["new-app", "CUSTOMER=acme", given]) == 2
    assert says in capsys.readouterr().err


def test_says_what_comes_next(repository: Path, capsys) -> None:
    assert call(repository, **GOOD, database="external", storage="nfs") == 0
    out = capsys.readouterr().out
    for wanted in ("SECRET=database-app KEY=password", "media-volume.yaml", "SECRET=app KEY=SECRET_KEY", "git add"):
        assert wanted in out
    assert "GENERATE=1" not in next(line for line in out.splitlines() if "database-app" in line)


def test_its_ring_and_its_repository(repository: Path) -> None:
    url = "ssh://git@git.example.com/acme/wiki.git"
    assert call(repository, **GOOD, ring="early", repository=url) == 0
    folder = Tree(repository).read("overlays/ungleich/acme/wiki")
    assert app_file.read(folder) == AppFile("early", Repository(url, "main", "auto"))


def test_image_by_digest_and_several_hosts(repository: Path) -> None:
    hosts = "a.example.org,b.example.org,c.example.org"
    assert call(repository, **GOOD | {"image": f"[2001:db8::1]:5000/acme/wiki@{DIGEST}", "host": hosts}) == 0
    rendered = kustomize.find().build(repository / "overlays/ungleich/acme/wiki").decode()
    assert f"image: '[2001:db8::1]:5000/acme/wiki@{DIGEST}'" in rendered
    assert rendered.count("- host: ") == 3
    assert "https://a.example.org,https://b.example.org,https://c.example.org" in rendered


BAD = [
    ({"customer": ""}, "CUSTOMER is missing"),
    ({"customer": "Acme"}, "lower-case"),
    ({"customer": "-acme"}, "lower-case"),
    ({"customer": "acme-"}, "lower-case"),
    ({"customer": "1acme"}, "a letter first"),
    ({"customer": "ac.me"}, "lower-case"),
    ({"customer": "../acme"}, "lower-case"),
    ({"customer": "acme\n"}, "U+000A"),
    ({"customer": "\u0430cme"}, "CYRILLIC SMALL LETTER A"),
    ({"customer": "ac\u200bme"}, "ZERO WIDTH SPACE"),
    ({"customer": "a" * 31}, "take 30 at most"),
    ({"customer": "kube-system"}, "reserved"),
    ({"customer": "template"}, "reserved"),
    ({"app": ""}, "APP is missing"),
    ({"app": "wiki-nfs"}, "as NFS servers do"),
    ({"app": "\uff57iki"}, "FULLWIDTH LATIN SMALL LETTER W"),
    ({"customer": "example", "app": "shop"}, "ArgoCD leaves out: take another"),
    ({"image": ""}, "IMAGE is missing"),
    ({"image": "registry.example.com/acme/wiki"}, "no tag"),
    ({"image": "registry.example.com:5000/acme/wiki"}, "no tag"),
    ({"image": "registry.example.com/acme/wiki:latest"}, "can move"),
    ({"image": "registry.example.com/acme/wiki:Stable"}, "can move"),
    ({"image": "registry.example.com/acme/wiki:"}, "no tag"),
    ({"image": "registry.example.com/acme/wiki@sha256:12"}, "64 hexadecimal digits"),
    ({"image": "registry.example.com/Acme/wiki:1"}, "no image name"),
    ({"image": "registry.example.com/acme/wiki:1 "}, "as its tag"),
    ({"image": "https://registry.example.com/acme/wiki:1"}, "no image name"),
    ({"image": "registry.example.com/acme/wik\u0456:1"}, "CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I"),
    ({"host": ""}, "HOST is missing"),
    ({"host": "localhost"}, "no host name"),
    ({"host": "*.example.org"}, "no host name"),
    ({"host": "Wiki.example.org"}, "no host name"),
    ({"host": "wiki.example.org."}, "no host name"),
    ({"host": "https://wiki.example.org"}, "no host name"),
    ({"host": "2001:db8::1"}, "an address"),
    ({"host": "192.0.2.1"}, "an address"),
    ({"host": "wiki.exämple.org"}, "U+00E4"),
    ({"host": "a.example.org,a.example.org"}, "twice"),
    ({"host": ",".join(f"{letter}.example.org" for letter in "abcde")}, "4 at most"),
    ({"host": "shop.example.com"}, "belongs to"),
    ({"storage": "s3"}, "write none, rwo, one-node, nfs or cephfs"),
    ({"database": "mysql"}, "write standalone, cnpg or external"),
    ({"async": "yes"}, "write 0 or 1"),
    ({"ring": "Early"}, "write the name of a ring"),
    ({"repository": "https://me:secret@git.example.com/a.git"}, "an address for git without a password"),
]


@pytest.mark.parametrize(("wrong", "says"), BAD, ids=[str(wrong) for wrong, _ in BAD])
def test_wrong_use_leaves_nothing(repository: Path, capsys, wrong: dict, says: str) -> None:
    before = everything(repository)
    assert call(repository, **GOOD | wrong) == 2
    out, err = capsys.readouterr()
    assert says in err
    assert (out, err.count("\n")) == ("", 1)
    assert everything(repository) == before


@pytest.mark.parametrize(("first", "second"), [("a-b", "a"), ("a", "a-b"), ("a", "a-b-c")])
def test_namespaces_of_a_customer_are_no_others(repository: Path, capsys, first: str, second: str) -> None:
    assert call(repository, **GOOD | {"customer": first}) == 0
    assert call(repository, **GOOD | {"customer": second, "host": "other.example"}) == 2
    assert "a-* are the namespaces of a: take another" in capsys.readouterr().err
    assert not (repository / "overlays/ungleich" / second).exists()


def test_an_app_that_exists_stays(repository: Path, capsys) -> None:
    assert call(repository, **GOOD) == 0
    capsys.readouterr()
    before = everything(repository)
    assert call(repository, **GOOD | {"host": "other.example"}) == 2
    assert "exists: take another APP" in capsys.readouterr().err
    assert everything(repository) == before


def test_one_namespace_is_one_app(repository: Path, capsys) -> None:
    assert call(repository, **GOOD | {"customer": "ab"}) == 0
    path = repository / "overlays/ungleich/ab" / GOOD["app"] / "kustomization.yaml"
    path.write_text(path.read_text().replace(f"namespace: ab-{GOOD['app']}", f"namespace: other-{GOOD['app']}"))
    assert call(repository, **GOOD | {"customer": "other", "host": "other.example"}) == 2
    assert f"namespace other-{GOOD['app']} belongs to" in capsys.readouterr().err


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()], ids=["disk full", "Ctrl-C"])
@pytest.mark.parametrize("at", [1, 2], ids=["first rename", "second rename"])
def test_failure_leaves_nothing(repository: Path, monkeypatch, failure: BaseException, at: int) -> None:
    before, rename, calls = everything(repository), Path.rename, itertools.count(1)

    def failing(self: Path, target: Path) -> Path:
        if next(calls) == at:
            raise failure
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    assert call(repository, **GOOD) in (2, 130)
    assert everything(repository) == before


def test_a_template_without_its_marks_is_an_error(repository: Path, capsys) -> None:
    path = repository / "overlays/template/ungleich/kustomization.yaml"
    path.write_text(path.read_text().replace("# EDIT", "#"))
    before = everything(repository)
    assert call(repository, **GOOD) == 2
    assert "'namespace:' marked" in capsys.readouterr().err
    assert everything(repository) == before


def test_make_takes_only_what_it_is_given() -> None:
    mine = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}  # of a `make test ARGS=...`
    environment = {**mine, "HOST": "from-the-environment.example", "CUSTOMER": "acme"}
    for given, says in (([], "CUSTOMER is missing"), (["CUSTOMER=acme", "APP=x", "IMAGE=a/b:1"], "HOST is missing")):
        done = subprocess.run(["make", "new-app", *given], cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 2
        assert says in done.stderr


@pytest.mark.parametrize("value", ["1.0", "1e3", "0x10", "2024-01-01", "yes", "null", "1.2.3", "v1"])
def test_a_tag_stays_a_text(value: str) -> None:
    loaded = objects.parse(f"tag: {scaffold.scalar(value)}")[0].data
    assert loaded == {"tag": value}


def test_components_are_listed_in_order() -> None:
    text = "components:\n  - ../components/ingress\n"
    for name in ("egress", "sealed-secrets", "async", "async"):
        text = scaffold.add_component(text, name)
    assert re.findall(r"components/(\S+)", text) == ["sealed-secrets", "async", "ingress", "egress"]


def test_image_parts() -> None:
    assert names.image("a/b:1.2") == names.Image("a/b", tag="1.2")
    assert names.image(f"a/b:1.2@{DIGEST}") == names.Image("a/b", tag="1.2", digest=DIGEST)
