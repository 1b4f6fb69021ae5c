"""The same answer however asked: of random trees and changes, each way to ask finds the same in the apps asked about.

SAME_ANSWER_TREES=N looks at more trees, other ones each time.
"""

import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from validators.check import run
from validators.check.selection import Options
from validators.finding import Finding
from validators.render import kustomize
from validators.sources.tree import CUSTOMERS, PLATFORM, Tree

from ..conftest import tool
from .repository import Repository, with_examples

TREES = int(os.environ.get("SAME_ANSWER_TREES", 8))
SEED = 0 if TREES == 8 else time.time_ns()
APPS = ("example/minimal", "example/blog", "example/legacy")
LINKS = (
    f"{CUSTOMERS}/example/evil",
    f"{CUSTOMERS}/evil",
    f"{PLATFORM}/example/evil",
    f"{PLATFORM}/evil",
    "base/evil.yaml",
    f"{CUSTOMERS}/example/blog/evil",
    f"{PLATFORM}/example/blog/evil",
)
seen: Counter[str] = Counter()


def link(repository: Repository, random: Random) -> None:
    """One that leads out of the repository, for which ArgoCD refuses all apps in it."""
    (repository.root / random.choice(LINKS)).symlink_to("/etc")


def another_spelling(repository: Repository, random: Random) -> None:
    """A second env file with a mistake, under a name that isn't its plain one."""
    folder = repository.root / CUSTOMERS / random.choice(APPS[:2])
    path = folder / "kustomization.yaml"
    if path.exists() and "more.env" not in path.read_text():
        spelled = random.choice(("more.env", "././more.env", ".//more.env", "a/../more.env"))
        path.write_text(path.read_text().replace("      - app.env\n", f"      - app.env\n      - {spelled}\n"))
        (folder / "more.env").write_text("NO_VALUE\n")


def same_host(repository: Repository, random: Random) -> None:
    """A host that another app lists."""
    first, second = (repository.root / CUSTOMERS / name / "app.env" for name in random.sample(APPS[:2], 2))
    if first.exists() and second.exists():
        host = first.read_text().partition("HOSTS=")[2].split("\n")[0].split(",")[0]
        before = second.read_text().partition("HOSTS=")[2].split("\n")[0].split(",")[0]
        second.write_text(second.read_text().replace(before, host))


def delete(repository: Repository, random: Random) -> None:
    """One or both of an app's folders."""
    name = random.choice(APPS[1:])
    for zone in random.choice(((CUSTOMERS,), (PLATFORM,), (CUSTOMERS, PLATFORM))):
        shutil.rmtree(repository.root / zone / name, ignore_errors=True)


def rename(repository: Repository, random: Random) -> None:
    """A file moves within its app, or to another."""
    files = [path for name in APPS for path in (repository.root / CUSTOMERS / name).glob("*.*") if path.is_file()]
    source, target = random.choice(files), random.choice(files)
    source.rename(target if random.random() < 0.5 else source.with_name("renamed.env"))


def library(repository: Repository, random: Random) -> None:
    """The library, of which all apps are made."""
    edits = (("base/web/deployment.yaml", "", "# a comment\n"), ("base/web/service.yaml", "port: 80", "port: 81"))
    path, old, new = random.choice(edits)
    text = (repository.root / path).read_text()
    (repository.root / path).write_text(text + new if not old else text.replace(old, new))


def platform(repository: Repository, random: Random) -> None:
    """A size that nobody gives any more."""
    path = repository.root / PLATFORM / random.choice(APPS) / "kustomization.yaml"
    if path.exists():
        path.write_text(path.read_text().replace("  - ../../../../components/sizing\n", ""))


CHANGES: tuple[Callable[[Repository, Random], None], ...] = (
    *(link, another_spelling, same_host, delete, rename, library, platform),
)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield
    kustomize.find.cache_clear()


def answer(root: Path, names: set[str], **options: object) -> set[Finding]:
    """Return what is found in some apps, and in what belongs to none."""
    found = run.check(Options(root=root, workers=1, **options)).findings
    return {f for f in found if f.app in names or (not f.app and f.rule != "suppression")}


@pytest.mark.parametrize("number", range(TREES))
def test_every_way_finds_the_same(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(SEED + number)  # noqa: S311 - the same each time
    repository = with_examples(tmp_path / "tree", *APPS)
    root = repository.root
    run.check(Options(root=root, workers=1))  # what a machine knows from before
    for change in random.sample(CHANGES, random.choice((1, 2, 3))):
        change(repository, random)
        if random.random() < 0.4:
            repository.commit(change.__name__)
    names = set(Tree(root).app_names())
    whole = answer(root, names, cached=False)
    seen.update({"trees": 1, "findings": len(whole)})

    def same(asked: set[str], **options: object) -> None:
        wanted = {f for f in whole if f.app in asked or not f.app}
        assert answer(root, asked, **options) == wanted, f"{options} of tree {number}, seed {SEED}"
        seen["answers"] += 1

    one = random.choice(sorted(names))
    same({one}, cached=True, paths=[_folder(root, one)])  # by what the last run knew of the others
    same({one}, cached=False, paths=[_folder(root, one)])
    first = repository.git("rev-list", "--max-parents=0", "HEAD").strip()
    changed = run.select(Options(root=root, since=first)).asked
    same(set(changed), cached=False, since=first)
    same(set(changed), cached=True, since=first)
    same(names, cached=True)
    same(names, cached=True)
    monkeypatch.setenv(kustomize.OVERRIDE, str(tool("kustomize")))
    kustomize.find.cache_clear()
    assert _without_words(answer(root, names, cached=False)) == _without_words(whole)
    seen["answers"] += 1
    print(dict(seen))


def _folder(root: Path, name: str) -> Path:
    return next(root / zone / name for zone in (CUSTOMERS, PLATFORM) if (root / zone / name).is_dir())


def _without_words(findings: set[Finding]) -> set[tuple]:
    """Return findings without what kustomize itself says, which names files in its own way."""
    return {(f.app, f.rule, f.place, "" if f.rule == "kustomize-build" else f.message) for f in findings}


def test_an_app_that_is_left_out_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted one: who asks for one app isn't told what another claims."""
    repository = with_examples(tmp_path / "tree", *APPS)
    same_host(repository, Random(0))  # noqa: S311
    whole = answer(repository.root, set(APPS), cached=False)
    assert any(f.rule == "host-duplicate" for f in whole)
    (app,) = {f.app for f in whole if f.rule == "host-duplicate"}
    select = run.select

    def alone(options: Options) -> object:
        from dataclasses import replace

        return replace(select(options), others=frozenset())

    monkeypatch.setattr(run, "select", alone)
    assert answer(repository.root, {app}, cached=False, paths=[_folder(repository.root, app)]) != whole
