"""make staging: a copy that has nothing of the original's secrets, hosts and data, and passes the check."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml

from tests.zones import LIBRARY, PLATFORM
from validators.check.run import check
from validators.check.selection import Options
from validators.cli import main
from validators.render import kustomize, objects
from validators.sources.tree import CUSTOMERS

from .conftest import ROOT

APPS = ("shop", "archive", "photos", "blog", "legacy")
SEALED = re.compile(r"A[A-Za-z0-9+/=]{99,}")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The library, and the examples as apps of a customer."""
    for part in (*LIBRARY, "overlays/template"):
        shutil.copytree(ROOT / part, tmp_path / part)
    for zone in (CUSTOMERS, PLATFORM):
        for name in APPS:
            shutil.copytree(ROOT / zone / "example" / name, tmp_path / zone / "acme" / name)
        for file in (tmp_path / zone / "acme").rglob("*.*"):
            text = file.read_text().replace("example-", "acme-").replace("customers/example/", "customers/acme/")
            file.write_text(text.replace("value: example}", "value: acme}"))
    return tmp_path


def call(tree: Path, name: str, **choices: str) -> int:
    """Run the command for one of acme's apps."""
    options = [f"--{key}={value}" for key, value in choices.items()]
    return main(["staging", f"--root={tree}", "--customer=acme", f"--app={name}", *options])


def texts(tree: Path, name: str) -> dict[str, str]:
    """Return the files of an app's two folders."""
    folders = (tree / zone / "acme" / name for zone in (CUSTOMERS, PLATFORM))
    return {f"{folder}/{file.name}": file.read_text() for folder in folders for file in folder.iterdir()}


@pytest.mark.parametrize("name", ["shop", "archive", "photos", "blog"])
def test_nothing_of_the_original_is_left(tree: Path, capsys: pytest.CaptureFixture, name: str) -> None:
    before = texts(tree, name)
    seals = {seal for text in before.values() for seal in SEALED.findall(text)}
    backup = SEALED.findall(before.get(f"{tree / PLATFORM}/acme/{name}/backup-secret.yaml", ""))
    assert call(tree, name) == 0
    said = capsys.readouterr().out
    assert texts(tree, name) == before
    copied = texts(tree, f"{name}-staging")
    assert {Path(path).name for path in copied} == {Path(path).name for path in before} - {"backup-secret.yaml"}
    for path, text in copied.items():
        assert not [seal for seal in seals if seal in text], path
        assert not re.search(rf"\bacme-{name}\b(?!-staging)", text), path
        assert "components/egress" not in text, path
    [host] = re.findall(r"^HOSTS=(.*)$", copied[f"{tree / CUSTOMERS}/acme/{name}-staging/app.env"], re.M)
    assert host == f"staging.{name}.example.com"
    assert said.count(": make seal CUSTOMER=acme") == len(seals.difference(backup))


@pytest.mark.parametrize("name", ["shop", "blog"])
def test_it_passes_the_check(tree: Path, name: str) -> None:
    assert call(tree, name) == 0
    paths = [tree / zone / "acme" / f"{name}-staging" for zone in (CUSTOMERS, PLATFORM)]
    found = check(Options(root=tree, paths=paths, cached=False)).findings
    assert {finding.rule for finding in found} == {"not-sealed-yet"}


def test_no_points_are_made_of_a_copy(tree: Path) -> None:
    assert call(tree, "photos") == 0
    copied = texts(tree, "photos-staging")
    assert not [path for path, text in copied.items() if "backup" in text]
    paths = [tree / zone / "acme/photos-staging" for zone in (CUSTOMERS, PLATFORM)]
    found = check(Options(root=tree, paths=paths, cached=False)).findings
    assert {finding.rule for finding in found} == {"not-sealed-yet", "placeholder"}


def test_its_command_runs_before_the_site(tree: Path) -> None:
    assert call(tree, "shop", command="python manage.py anonymise --all") == 0
    rendered = objects.parse(kustomize.find().build(tree / PLATFORM / "acme/shop-staging"))
    found = {(one.kind, one.name): one for one in rendered}
    job, site = found["Job", "anonymise"], found["Deployment", "web"]
    container = job.get("spec", "template", "spec", "containers", 0)
    assert container["command"] == ["python", "manage.py", "anonymise", "--all"]
    assert container["image"] == site.get("spec", "template", "spec", "containers", 0, "image")
    wave = "argocd.argoproj.io/sync-wave"
    waves = [one.annotations[wave] for one in (found["Job", "migrate"], job, site, found["Service", "web"])]
    assert waves == ["0", "1", "2", "3"]


def test_its_end_stands_in_it_and_is_found(tree: Path) -> None:
    earliest = date.today() + timedelta(days=7)
    assert call(tree, "shop", days="7") == 0
    file = tree / PLATFORM / "acme/shop-staging/kustomization.yaml"
    [until] = re.findall(r'value: "(\d{4}-\d\d-\d\d)"', file.read_text())
    assert earliest <= date.fromisoformat(until) <= date.today() + timedelta(days=7)
    file.write_text(file.read_text().replace(until, str(date.today() - timedelta(days=1))))
    [finding] = [one for one in check(Options(root=tree, paths=[file], cached=False)).findings if one.rule == "expired"]
    assert finding.place.path == file.relative_to(tree).as_posix()


def test_one_database_and_volume_of_its_own(tree: Path) -> None:
    assert call(tree, "photos") == 0
    volume = (tree / PLATFORM / "acme/photos-staging/media-volume.yaml").read_text()
    original = yaml.safe_load((tree / PLATFORM / "acme/photos/media-volume.yaml").read_text())
    assert original["spec"]["nfs"]["server"] not in volume
    assert "# EDIT" in volume


BAD = [
    ({"name": "none"}, "no such app"),
    ({"name": "legacy"}, "lists init-container"),
    ({"name": "shop", "host": "blog.example.com"}, "HOST blog.example.com belongs to"),
    ({"name": "shop", "days": "0"}, "write 1 to 999"),
]


@pytest.mark.parametrize(("choices", "says"), BAD, ids=[says for _, says in BAD])
def test_wrong_use_makes_nothing(tree: Path, capsys: pytest.CaptureFixture, choices: dict, says: str) -> None:
    before = sorted(tree.rglob("*"))
    assert call(tree, **choices) == 2
    err = capsys.readouterr().err
    assert says in err and err.count("\n") == 1
    assert sorted(tree.rglob("*")) == before


def test_twice_is_refused(tree: Path, capsys: pytest.CaptureFixture) -> None:
    assert call(tree, "blog") == 0
    assert call(tree, "blog") == 2
    assert "exists: take another APP, or remove it first" in capsys.readouterr().err
