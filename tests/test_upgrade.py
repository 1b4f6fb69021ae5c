"""From each released version to each later one: what is the hoster's stays, the rest is the new library, and it is told."""

import subprocess
import sys
from pathlib import Path

import pytest

from validators.authoring import upgrade
from validators.sources.zones import on_disk

from . import hoster
from .conftest import ROOT

VERSIONS = ("0.1.0", "0.1.1", "0.2.0")
PAIRS = [("0.1.0", "0.1.1", "ungleich"), ("0.1.0", "0.2.0", "platform"), ("0.1.1", "0.2.0", "our-hosting")]
"""The versions before and after, and the name of the platform's folder."""
TO_DO = "### What a hoster has to do\n\n"


def change(root: Path, path: str, old: str, new: str) -> None:
    file = root / path
    text = file.read_text()
    assert text.count(old) == 1, f"{path}: {old!r} isn't there once"
    file.write_text(text.replace(old, new))


def release(root: Path, version: str) -> None:
    command = [sys.executable, ROOT / "packaging/release.py", version]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def tell(root: Path, to_do: str) -> None:
    for heading in (TO_DO, "### What is new\n\n"):
        change_first(root / "CHANGELOG.md", heading, f"{heading}- {to_do}\n\n")


def change_first(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new, 1))


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A checkout of each version: a field more in 0.1.1; a file more, one moved and a field less in 0.2.0."""
    top = tmp_path_factory.mktemp("versions")
    root = hoster.working_tree(top / "development")
    release(root, "0.1.0")
    change(root, "base/service-account.yaml", "kind: ServiceAccount\n", "kind: ServiceAccount\n# A remark of 0.1.1.\n")
    change(root, "base/web/service.yaml", "  labels:\n", "  labels:\n    planted: by-0.1.1\n")
    tell(root, "Nothing for 0.1.1.")
    hoster.commit(root)
    release(root, "0.1.1")
    change(root, "base/web/service.yaml", "    planted: by-0.1.1\n", "")
    (root / "components/tenant/limit-range.yaml").rename(root / "components/tenant/limits.yaml")
    change(root, "components/tenant/kustomization.yaml", "limit-range.yaml", "limits.yaml")
    (root / "components/more").mkdir()
    (root / "components/more/kustomization.yaml").write_text("kind: Component\n")
    tell(root, "Run make app-files for 0.2.0.")
    hoster.commit(root)
    release(root, "0.2.0")
    for version in VERSIONS:
        hoster.git(root, "worktree", "add", "--quiet", str(top / version), f"v{version}")
    return {version: top / version for version in VERSIONS}


def of_hoster(library: Path, root: Path, platform: str = "platform") -> Path:
    """A repository that a version has made, with an app, a component of the hoster's own and a page, committed."""
    hoster.empty(root)
    made = hoster.run(library, root, "init", *hoster.options(platform=platform))
    assert made.code == 0, made.said
    made = hoster.run(library, root, "new-app", *hoster.FIRST_APP)
    assert made.code == 0, made.said
    (root / "components/ours").mkdir()
    (root / "components/ours/kustomization.yaml").write_text("kind: Component\n")
    (root / "NOTES.md").write_text("Ours.\n")
    hoster.commit(root, "Begin")
    return root


def own_files(root: Path) -> dict[str, bytes]:
    """What no upgrade may touch."""
    zones = on_disk(root)
    parts = (*zones.of("acme/shop"), "overlays/cluster", f"{zones.argocd}/repository", "components/ours")
    found = {p for part in parts for p in (root / part).rglob("*") if p.is_file()} | {
        root / "NOTES.md",
        root / "Makefile",
    }
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize(("old", "new", "platform"), PAIRS)
def test_from_each_to_each(tmp_path: Path, versions: dict[str, Path], old: str, new: str, platform: str) -> None:
    root = of_hoster(versions[old], tmp_path / "apps", platform)
    before = own_files(root)
    done = hoster.run(versions[new], root, "upgrade", new)
    assert done.code == 0, done.said
    assert f"The library is {new} now, {old} before" in done.said
    assert own_files(root) == before
    fresh = of_hoster(versions[new], tmp_path / "fresh", platform)
    hoster.git(root, "add", "--all")
    left, right = (hoster.git(one, "ls-files", "-s").splitlines() for one in (root, fresh))
    assert left == right, "an upgraded repository is one that the new version makes"
    assert hoster.run(versions[new], root, "check").code == 0
    assert ("planted" in done.said) == ((old, new) != ("0.1.0", "0.2.0")), "what changes rendered is told"
    assert ("Run make app-files for 0.2.0." in done.said) == (new == "0.2.0")
    assert ("Nothing for 0.1.1." in done.said) == (old == "0.1.0")
    assert f"django-hosting=={new}" in (root / "requirements.txt").read_text()
    assert f"django-hosting=={new}]" in (root / ".pre-commit-config.yaml").read_text()
    assert f"[django-hosting=={new}, django-hosting-renderer=={new}]" in (root / ".pre-commit-config.yaml").read_text()


def refused(library: Path, root: Path, *arguments: str) -> str:
    """Return what an upgrade says that changes nothing."""
    before = hoster.git(root, "status", "--porcelain")
    done = hoster.run(library, root, "upgrade", *arguments)
    assert done.code == 2, done.said
    assert hoster.git(root, "status", "--porcelain") == before
    return done.said


def test_what_is_refused(tmp_path: Path, versions: dict[str, Path]) -> None:
    root = of_hoster(versions["0.1.0"], tmp_path / "apps")
    assert "this is django-hosting 0.2.0: pip install django-hosting==0.3.0" in refused(
        versions["0.2.0"], root, "0.3.0"
    )

    (root / "NOTES.md").write_text("More.\n")
    assert "NOTES.md isn't committed" in refused(versions["0.2.0"], root)
    hoster.commit(root)

    change(root, "base/web/service.yaml", "  labels:\n", "  labels:\n    ours: edited\n")
    (root / "components/tenant/limit-range.yaml").unlink()
    hoster.commit(root, "By hand")
    said = refused(versions["0.2.0"], root)
    assert "+    ours: edited\n" in said, "the edit is shown"
    assert (
        "2 of the library's files were edited here: base/web/service.yaml, components/tenant/limit-range.yaml" in said
    )
    [back] = [line.partition("take the files back: ")[2] for line in said.splitlines() if "take the files back" in line]
    hoster.git(root, *back.split()[1:])
    hoster.commit(root, "Taken back, as it says")

    (root / "components/more").mkdir()
    (root / "components/more/kustomization.yaml").write_text("kind: Component\n")
    hoster.commit(root)
    assert "components/more/kustomization.yaml is yours, and 0.2.0 brings" in refused(versions["0.2.0"], root)
    hoster.git(root, "mv", "components/more", "components/others")
    hoster.commit(root)
    assert hoster.run(versions["0.2.0"], root, "upgrade").code == 0
    hoster.commit(root)
    assert "0.1.1 is older than the library here, 0.2.0" in refused(versions["0.1.1"], root)

    (root / "library.sha256").unlink()
    hoster.commit(root)
    assert "only a repository that `django-hosting init` made has it" in refused(versions["0.2.0"], root)


CHANGELOG = "# Changelog\n\n## Unreleased\n\n- d\n\n## 1.1.0, 2026-03-01\n\n- c\n\n## 1.0.1, 2026-02-01\n\n- b\n\n## 1.0.0, 2026-01-01\n\n- a\n"


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [("1.0.0", "1.1.0", "cb"), ("1.0.0", "1.0.1", "b"), ("1.0.1", "1.1.0", "c"), ("1.1.0", "1.1.0", "")],
)
def test_the_changelog_between(before: str, after: str, found: str) -> None:
    lines = upgrade.between(CHANGELOG, before, after).splitlines()
    assert [line for line in lines if line.startswith("- ")] == [f"- {letter}" for letter in found]
