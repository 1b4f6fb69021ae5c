"""`make release` makes a dated section, a commit and a tag, or says why not and changes nothing."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

CONTRACTS = "tests/golden/contracts.txt"
TO_DO = "### What a hoster has to do\n\n"


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def release(root: Path, version: str) -> tuple[int, str]:
    command = [sys.executable, ROOT / "packaging/release.py", version]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One with this repository's changelog and version, its section being one that may be released."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests/golden").mkdir(parents=True)
    shutil.copy(ROOT / CONTRACTS, tmp_path / CONTRACTS)
    text = (ROOT / "CHANGELOG.md").read_text()
    for heading in (TO_DO, "### What is new\n\n"):
        text = text.replace(heading, f"{heading}- Planted.\n", 1)
    (tmp_path / "CHANGELOG.md").write_text(text)
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", "user.name", "Test")
    git(tmp_path, "config", "user.email", "test@example.com")
    git(tmp_path, "add", "--all")
    git(tmp_path, "commit", "--quiet", "--message", "All")
    return tmp_path


def version(root: Path) -> str:
    return re.search(r'^version = "(.*)"', (root / "pyproject.toml").read_text(), re.M)[1]


def fill_in(root: Path) -> None:
    """Write something under Unreleased, and commit it."""
    path = root / "CHANGELOG.md"
    for heading in (TO_DO, "### What is new\n\n"):
        path.write_text(path.read_text().replace(heading, f"{heading}- Change `size` in sizing.yaml.\n\n", 1))
    git(root, "commit", "--quiet", "--all", "--message", "More")


def test_the_first_and_the_next(repository: Path) -> None:
    first = version(repository)
    code, said = release(repository, first)
    assert code == 0, said
    assert f"git push origin HEAD v{first}" in said
    assert git(repository, "cat-file", "-t", f"v{first}").strip() == "tag"
    assert "- Planted." in git(repository, "tag", "-n99", f"v{first}")
    text = (repository / "CHANGELOG.md").read_text()
    assert re.search(
        rf"^## {re.escape(first)}, \d{{4}}-\d\d-\d\d\n\n### What a hoster has to do\n\n- Planted", text, re.M
    )
    assert text.index("## Unreleased\n") < text.index(f"## {first},")
    assert git(repository, "status", "--porcelain") == ""

    major, minor, _ = map(int, first.split("."))
    following = f"{major}.{minor + 1}.0"
    code, said = release(repository, following)
    assert (code, "is empty" in said) == (2, True), "the new section says nothing yet"
    fill_in(repository)
    code, said = release(repository, following)
    assert code == 0, said
    assert version(repository) == following
    assert git(repository, "show", "--stat", "--format=%s", f"v{following}^{{commit}}").startswith(
        f"Version {following}\n"
    )
    assert "sizing.yaml" in git(repository, "tag", "-n99", f"v{following}")
    assert "- Planted." not in git(repository, "tag", "-n99", f"v{following}")


def empty(root: Path) -> None:
    path = root / "CHANGELOG.md"
    text = re.sub(rf"({re.escape(TO_DO)})(.|\n)*?(?=\n### )", r"\1", path.read_text(), count=1)
    path.write_text(text)
    git(root, "commit", "--quiet", "--all", "--message", "Empty")


def change(root: Path) -> None:
    (root / "pyproject.toml").write_text((root / "pyproject.toml").read_text() + "# more\n")


def add(root: Path) -> None:
    (root / "new.txt").write_text("new\n")


def leave(root: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("plant", "wanted", "says"),
    [
        (change, "0.1.0", "pyproject.toml isn't committed"),
        (add, "0.1.0", "new.txt isn't committed"),
        (empty, "0.1.0", "'### What a hoster has to do' of '## Unreleased' is empty"),
        (leave, "7.0.0", "VERSION '7.0.0' isn't next: write 0.1.0"),
        (leave, "", "VERSION '' isn't next"),
        (leave, "v0.1.0", "VERSION 'v0.1.0' isn't next"),
    ],
)
def test_is_refused_and_changes_nothing(repository: Path, plant, wanted: str, says: str) -> None:
    change_version = (repository / "pyproject.toml").read_text().replace(f'"{version(repository)}"', '"0.1.0"')
    (repository / "pyproject.toml").write_text(change_version)
    git(repository, "commit", "--quiet", "--allow-empty", "--all", "--message", "Version")
    plant(repository)
    before = git(repository, "rev-parse", "HEAD"), git(repository, "status", "--porcelain")
    code, said = release(repository, wanted)
    assert code == 2
    assert says in said
    assert (git(repository, "rev-parse", "HEAD"), git(repository, "status", "--porcelain")) == before
    assert git(repository, "tag") == ""


@pytest.mark.parametrize("wanted", ["0.1.0", "0.1.2", "0.3.0", "0.2.1", "2.0.0", "1.0"])
def test_only_the_next_follows(repository: Path, wanted: str) -> None:
    git(repository, "tag", "v0.1.0")
    code, said = release(repository, wanted)
    assert code == 2
    assert "write 0.1.1 or 0.2.0 or 1.0.0" in said


@pytest.mark.parametrize(
    ("last", "wanted", "code"),
    [
        ("0.1.0", "0.1.1", 2),
        ("0.1.0", "0.2.0", 0),
        ("1.1.0", "1.1.1", 2),
        ("1.1.0", "1.2.0", 2),
        ("1.1.0", "2.0.0", 0),
    ],
)
def test_a_contract_goes_with_a_version_that_says_so(repository: Path, last: str, wanted: str, code: int) -> None:
    git(repository, "tag", f"v{last}")
    path = repository / CONTRACTS
    text = path.read_text()
    assert "component async\n" in text
    path.write_text(text.replace("component async\n", ""))
    git(repository, "commit", "--quiet", "--all", "--message", "Without async")
    found, said = release(repository, wanted)
    assert found == code, said
    assert code == 0 or f"'component async' of v{last} is gone, a contract" in said


def test_the_contracts_have_names_of_every_kind() -> None:
    lines = (ROOT / CONTRACTS).read_text().splitlines()
    for wanted in (
        "component async", "variable DATABASE_URL", "variable BROKER_URL", "size async.replicas", "command check",
        "option check --customer", "make new-app IMAGE=", "hook django-hosting-customer",
    ):  # fmt: skip
        assert wanted in lines
