"""A customer's own repository gets the verdict that the platform would give."""

import shutil
from pathlib import Path

import pytest

from tests.attacks import corpus
from validators import cli
from validators.check.run import check
from validators.check.selection import Options
from validators.finding import CUSTOMER, Finding

from ..conftest import ROOT
from .repository import Repository

ATTACKS = Path(corpus.__file__).parent
CASES = [
    pytest.param(case, id=f"{group.path.stem}/{case.name}")
    for folder in (ATTACKS, ATTACKS.parent / "good")
    for group in corpus.groups(folder)
    for case in group.cases
    # What the platform grants, and what lies above the folder, a customer's own repository doesn't hold.
    if not (case.platform or case.platform_files or any(name.startswith(("/", "..")) for name in case.files))
]
EXAMPLES = sorted(path.name for path in (ROOT / "overlays/customers/example").iterdir())
FOLDER = f"overlays/customers/{corpus.VICTIM}"


@pytest.fixture(autouse=True)
def no_git_around(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent.parent))


@pytest.fixture
def repository(tmp_path) -> Repository:
    """A customer's repository with the corpus' good app, committed."""
    root = tmp_path / "own"
    shutil.copytree(corpus.TREE / FOLDER, root)
    repository = Repository(root)
    repository.git("init", "--quiet")
    repository.commit()
    return repository


def verdict(folder: Path, app: str = corpus.VICTIM) -> list[Finding]:
    """Return what a customer is told, with places relative to the folder."""
    findings = check(Options(paths=[folder], customer=app, cached=False, workers=1)).findings
    return [_relative(finding, f"{folder}/") for finding in findings]


def _relative(finding: Finding, folder: str) -> Finding:
    """Return a finding with its place relative to the folder; of a line of the platform's only that it is there, and who
    can change it differs."""
    path = f"{finding.place.path}/".removeprefix(folder).rstrip("/")
    line = {"line": 1, "column": 1} if path.startswith("overlays/ungleich/") else {}
    hint = {} if finding.owner == CUSTOMER else {"hint": ""}
    return Finding.from_dict({**finding.as_dict(), "path": path, **line, **hint})


@pytest.fixture(scope="module")
def laid(tmp_path_factory) -> Path:
    top = tmp_path_factory.mktemp("platform")
    corpus.lay(top)
    return top


@pytest.fixture
def tree(laid) -> Path:
    """The corpus' tree as it was."""
    shutil.rmtree(laid / "overlays")
    shutil.copytree(corpus.TREE / "overlays", laid / "overlays")
    return laid


@pytest.mark.parametrize("case", CASES)
def test_verdict_is_the_platforms(case: corpus.Case, tree) -> None:
    corpus.commit(tree, case)
    platform = check(Options(paths=[tree / FOLDER], root=tree, cached=False, workers=1)).findings
    assert verdict(tree / FOLDER) == [_relative(finding, f"{FOLDER}/") for finding in platform]


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_pass(name, tmp_path, capsys) -> None:
    folder = shutil.copytree(ROOT / "overlays/customers/example" / name, tmp_path / name)
    assert cli.main(["check", str(folder), f"--customer=example/{name}"]) == 0, capsys.readouterr().out


def test_places_are_the_customers(repository) -> None:
    assert verdict(repository.root) == []
    repository.edit(
        "kustomization.yaml", "kind: Kustomization\n", "kind: Kustomization\nreplicas: [{name: web, count: 9}]\n"
    )
    found = [(str(finding.place), finding.rule) for finding in verdict(repository.root)]
    assert ("kustomization.yaml:4:1", "customer-kustomization") in found


def test_only_what_git_tracks_counts(repository) -> None:
    (repository.root / "notes.yaml").write_text("a: 1\n")
    assert verdict(repository.root) == []
    repository.git("add", "notes.yaml")
    assert [finding.place.path for finding in verdict(repository.root)] == ["notes.yaml"]
    (repository.root / "notes.yaml").unlink()
    assert verdict(repository.root) == []


def test_a_tracked_link_is_refused_not_followed(repository) -> None:
    (repository.root / "README.md").symlink_to("/etc/hostname")
    repository.git("add", "README.md")
    [finding] = verdict(repository.root)
    assert (finding.place.path, finding.message) == ("README.md", "is a symbolic link")


def test_without_git_everything_counts(repository) -> None:
    (repository.root / "notes.yaml").write_text("a: 1\n")
    shutil.rmtree(repository.root / ".git")
    assert [finding.place.path for finding in verdict(repository.root)] == ["notes.yaml"]


@pytest.mark.parametrize("arguments", [["--customer=acme"], ["--customer=Acme/shop"], ["--customer=../x"]])
def test_wrong_use(arguments, repository, capsys) -> None:
    code = cli.main(["check", str(repository.root), "--customer=acme/shop", *arguments])
    assert code == 2
    err = capsys.readouterr().err
    assert err.startswith("check: ")
    assert err.count("\n") == 1


def test_no_folder_of_an_app(tmp_path, capsys) -> None:
    assert cli.main(["check", str(tmp_path), "--customer=acme/shop"]) == 2
    assert "kustomization.yaml" in capsys.readouterr().err
    assert cli.main(["check", str(tmp_path / "none"), "--customer=acme/shop"]) == 2
