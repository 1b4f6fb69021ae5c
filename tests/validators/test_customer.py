"""A customer's own repository gets the verdict that the platform would give."""

import shutil
from pathlib import Path

import pytest

from tests.attacks import corpus
from tests.zones import OURS, PLATFORM
from validators import cli
from validators.check import audience
from validators.check.run import check
from validators.check.selection import Options
from validators.finding import CUSTOMER, OWNERS, Finding, Place
from validators.policy import sealing
from validators.policy.contact import Contact
from validators.policy.customer_fields import left_behind
from validators.rules.source import feature_not_sized
from validators.sources.tree import CUSTOMERS, TreeError

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
    hint = {"hint": sealing.without_make(finding.hint) if finding.owner == CUSTOMER else ""}
    return Finding.from_dict({**finding.as_dict(), "path": path, **line, **hint})


@pytest.fixture(scope="module")
def laid(tmp_path_factory) -> Path:
    top = tmp_path_factory.mktemp("platform")
    corpus.lay(top)
    return top


@pytest.fixture
def tree(laid) -> Path:
    """The corpus' tree as it was."""
    for zone in (CUSTOMERS, PLATFORM):
        shutil.rmtree(laid / zone)
        shutil.copytree(corpus.TREE / zone, laid / zone)
    return laid


@pytest.mark.parametrize("case", CASES)
def test_verdict_is_the_platforms(case: corpus.Case, tree) -> None:
    corpus.commit(tree, case)
    platform = check(Options(paths=[tree / FOLDER], root=tree, cached=False, workers=1)).findings
    # What may stay in a repository of the customer's own is refused only where it would be deployed from.
    platform = [f for f in platform if not left_behind(f.place.path.removeprefix(f"{FOLDER}/"))]
    # Without the app's facts each feature counts as granted.
    platform = [
        f for f in platform if not (f.rule == feature_not_sized.ID and "isn't granted to this app" in f.message)
    ]
    own = verdict(tree / FOLDER)
    assert own == [_relative(finding, f"{FOLDER}/") for finding in platform]
    assert not [finding.hint for finding in own if "make seal" in finding.hint], "there is no Makefile"


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


LEFT_BEHIND = (
    ".gitlab-ci.yml",
    ".github/workflows/check.yml",
    ".github/dependabot.yml",
    ".forgejo/workflows/check.yaml",
    ".woodpecker.yml",
    "renovate.json",
    ".renovaterc.json",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "CODEOWNERS",
    ".editorconfig",
    ".gitignore",
    ".gitattributes",
    ".pre-commit-config.yaml",
    ".vscode/settings.json",
    "Makefile",
    "Jenkinsfile",
    "docs/how-we-deploy.md",
)


def test_files_for_people_and_ci_stay_in_the_own_repository(repository: Repository) -> None:
    for name in LEFT_BEHIND:
        path = repository.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("on: [push]\n&x\n", encoding="utf-8")
    repository.commit()
    assert verdict(repository.root) == []


def test_what_the_kustomization_names_is_no_file_for_people(repository: Repository) -> None:
    (repository.root / "renovate.json").write_text("{}\n", encoding="utf-8")
    repository.edit("kustomization.yaml", "  - app-secret.yaml", "  - app-secret.yaml\n  - renovate.json")
    repository.commit()
    assert "customer-objects" in {finding.rule for finding in verdict(repository.root)}


@pytest.mark.parametrize("name", [name for name in LEFT_BEHIND if name not in ("README.md", "LICENSE")])
def test_they_are_refused_in_the_platforms_repository(name: str, tree: Path) -> None:
    path = tree / FOLDER / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x: 1\n", encoding="utf-8")
    found = check(Options(paths=[tree / FOLDER], root=tree, cached=False, workers=1)).findings
    allowed = name in (".editorconfig", ".gitignore", ".pre-commit-config.yaml")
    assert ("customer-files" in {finding.rule for finding in found}) is not allowed


@pytest.mark.parametrize("name", [".argocd-source.yaml", ".env", "Chart.yaml", "kustomization.yml", "notes.txt"])
def test_what_argocd_obeys_is_refused_in_the_own_repository_too(name: str, repository: Repository) -> None:
    (repository.root / name).write_text("x: 1\n", encoding="utf-8")
    repository.commit()
    assert "customer-files" in {finding.rule for finding in verdict(repository.root)}


def test_without_customer_it_says_what_to_write(repository: Repository) -> None:
    with pytest.raises(TreeError, match=r"args: \[--customer=CUSTOMER/APP\]"):
        check(Options(paths=[repository.root], cached=False))


def test_the_last_words_differ(repository: Repository) -> None:
    """In a customer's own repository nobody else's file can be changed: the line is to be sent to whom can."""
    contact = Contact("Hoster", "help@example.com")
    said = {}
    for owner in OWNERS:
        finding = Finding(Place("x"), "rule", "is wrong", "write y", owner=owner, ask="z" if owner == CUSTOMER else "")
        said[owner] = [audience.addressed(finding, contact, OURS, own=own).hint for own in (False, True)]
    assert said == {
        "customer": ["write y, or ask Hoster (help@example.com) for z"] * 2,
        "platform": [
            "write y (the platform's file: its engineers can change it here)",
            "no file of yours says so: send this line to Hoster (help@example.com)",
        ],
        "library": [
            "write y (the library's file: changed here, it is for all apps; for this one, patch it in "
            "overlays/ungleich/<customer>/<app>)",
            "no file of yours says so: send this line to Hoster (help@example.com)",
        ],
    }
