"""A customer's own repository gets the verdict that the platform would give."""

import os

import pytest

from tests.attacks import corpus
from validators import cli, engine, stand_in
from validators.app import App
from validators.commands import check_customer
from validators.finding import Finding
from validators.ownership import sizes
from validators.render import Workspace
from validators.tree import Folder

from ..conftest import ROOT
from .repository import Repository

ATTACKS = list(corpus.attacks())
EXAMPLES = sorted(path.name for path in (ROOT / "overlays/customers/example").iterdir())


@pytest.fixture(scope="module")
def library() -> Folder:
    return stand_in.library().library


@pytest.fixture(scope="module")
def workspace(library):
    with Workspace(library) as workspace:
        yield workspace


@pytest.fixture
def repository(tmp_path) -> Repository:
    """A customer's repository with the corpus' good app, committed."""
    for name, text in corpus.CUSTOMER.items():
        (tmp_path / name).write_text(text)
    repository = Repository(tmp_path)
    repository.git("init", "--quiet")
    repository.commit()
    return repository


def found(repository: Repository) -> list[Finding]:
    return check_customer.check(repository.root, corpus.NAME).findings


def test_every_size_is_granted() -> None:
    app = stand_in.app(ROOT / "overlays/customers/example/minimal", "example/minimal")
    paths = {path for table in sizes.table().values() for path in table.values() if not path.startswith("nfs.")}
    assert paths
    assert [path for path in sorted(paths) if not app.size(path)] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_pass(name, capsys) -> None:
    folder = ROOT / "overlays/customers/example" / name
    assert cli.main(["check-customer", str(folder), f"--app=example/{name}"]) == 0, capsys.readouterr().out


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_verdict_is_the_platforms(attack, library, workspace) -> None:
    ours = attack.app(library)
    theirs = App(ours.name, ours.customer, stand_in._platform(ours.name, ours.platform.path), library)
    [platform], [customer] = (engine.check(None, [app], workspace) for app in (ours, theirs))
    assert customer.findings == platform.findings
    assert customer.findings


def test_places_are_the_customers(repository) -> None:
    assert found(repository) == []
    repository.edit(
        "kustomization.yaml", "kind: Kustomization\n", "kind: Kustomization\nreplicas: [{name: web, count: 9}]\n"
    )
    [finding] = found(repository)
    assert (str(finding.place), finding.rule) == ("kustomization.yaml:3:1", "customer-kustomization")


def test_only_what_git_tracks_counts(repository) -> None:
    (repository.root / "notes.yaml").write_text("a: 1\n")
    assert found(repository) == []
    repository.git("add", "notes.yaml")
    assert [finding.place.path for finding in found(repository)] == ["notes.yaml"]


def test_a_tracked_link_is_refused_not_followed(repository) -> None:
    (repository.root / "README.md").symlink_to("/etc/hostname")
    repository.git("add", "README.md")
    [finding] = found(repository)
    assert (finding.place.path, finding.message) == ("README.md", "is a symbolic link")


def test_without_git_everything_counts(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name, text in {**corpus.CUSTOMER, "notes.yaml": "a: 1\n"}.items():
        (tmp_path / name).write_text(text)
    assert [finding.place.path for finding in check_customer.check(tmp_path, corpus.NAME).findings] == ["notes.yaml"]


def test_a_file_deleted_but_tracked_is_missing(repository) -> None:
    (repository.root / "app.env").unlink()
    assert found(repository)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--app=acme"],
        ["--app=Acme/shop"],
        ["--app=../x"],
        ["--app=acme/shop", "no-such-folder"],
        ["--app=acme/shop", os.sep],
    ],
)
def test_wrong_use(arguments, capsys) -> None:
    assert cli.main(["check-customer", *arguments]) == 2
    err = capsys.readouterr().err
    assert err.startswith("check-customer: ")
    assert err.count("\n") == 1
