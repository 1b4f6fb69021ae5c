"""The same answer however asked: of random trees and changes, each way to ask finds the same in the apps asked about.

A customer's own repository finds the same in the customer's files, less the rules of a table in the platform's guide.

SAME_ANSWER_TREES=N looks at more trees, other ones each time.
"""

import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.zones import PLATFORM
from validators.check import run
from validators.check.selection import Options
from validators.finding import CUSTOMER, ERROR, Finding
from validators.policy import sealing
from validators.render import kustomize
from validators.sources import customer
from validators.sources.tree import CUSTOMERS, Tree

from ..conftest import ROOT, tool
from .changes import APPS, CHANGES, DATABASE_OF_OURS, same_host, same_seal
from .repository import Repository, with_examples

TREES = int(os.environ.get("SAME_ANSWER_TREES", 8))
SEED = 0 if TREES == 8 else time.time_ns()
TEMPLATE = "overlays/template"
seen: Counter[str] = Counter()


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
    _compare_with_own(repository, whole, monkeypatch)
    print(dict(seen))


def _compare_with_own(repository: Repository, whole: set[Finding], monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the answer in each customer's own repository against the platform's, of this customer's files."""
    for name in APPS:
        if (repository.root / CUSTOMERS / name / "kustomization.yaml").exists():
            platforms, own = _both(repository, name, whole, monkeypatch)
            assert {f for f in platforms - own if f.rule not in _unknown()} == set(), f"{name}, seed {SEED}"
            # What the platform's own files have wrong ends its check of the app, before it says all of the customer's.
            errors = [f for f in whole if f.app == name and f.severity == ERROR]
            if not any(f.owner != CUSTOMER or f.rule == "platform-overlay" for f in errors):
                assert own - platforms == set(), f"{name}, seed {SEED}"
            seen["own repositories"] += 1


def _both(
    repository: Repository, name: str, whole: set[Finding], monkeypatch: pytest.MonkeyPatch
) -> tuple[set[Finding], set[Finding]]:
    """Return what the platform finds in a customer's files, and what the customer does who has nothing else."""
    root = repository.root
    repository.git("add", "--all")  # there only what git tracks counts
    monkeypatch.setattr(customer, "library_root", lambda: root)
    if not (root / TEMPLATE).exists():
        shutil.copytree(ROOT / TEMPLATE, root / TEMPLATE)
    found = run.check(Options(paths=[root / CUSTOMERS / name], customer=name, workers=1, cached=False)).findings
    shutil.rmtree(root / TEMPLATE)
    relative = [replace(f, place=f.place._replace(path=f.place.path.removeprefix(f"{root}/"))) for f in found]
    said = [replace(f, hint=sealing.without_make(f.hint)) for f in whole if f.app == name]
    return {f for f in said if f.owner == CUSTOMER}, {f for f in relative if f.owner == CUSTOMER}


def _unknown() -> set[str]:
    """Return the rules of which the platform's guide says that a customer's own repository can't know enough."""
    guide = (ROOT / "docs/platform-guide.md").read_text(encoding="utf-8")
    rows = guide.partition("| What isn't known there |")[2].partition("\n\n")[0].splitlines()
    return set(re.findall(r"\(rules/([a-z-]+)\.md\)", "".join(row.rpartition("| ")[2] for row in rows)))


def _own_database(repository: Repository, random: Random) -> None:
    path = repository.root / CUSTOMERS / "example/legacy/app.env"
    path.write_text(f"{path.read_text()}{DATABASE_OF_OURS}\n")


def _no_platform(repository: Repository, random: Random) -> None:
    shutil.rmtree(repository.root / PLATFORM / "example/minimal")


def _file_for_ci(repository: Repository, random: Random) -> None:
    (repository.root / CUSTOMERS / "example/minimal/.gitlab-ci.yml").write_text("check: {script: [make]}\n")


PLANTED = {
    "host-duplicate": same_host,
    "seal-duplicate": same_seal,
    "connection-closed": _own_database,
    "platform-overlay": _no_platform,
    "customer-files": _file_for_ci,
}
"""For each rule of the table a change that only the platform finds."""


@pytest.mark.parametrize("rule", PLANTED)
def test_what_a_customers_own_repository_does_not_know(
    rule: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(PLANTED) == _unknown()
    repository = with_examples(tmp_path / "tree", *APPS)
    PLANTED[rule](repository, Random(0))  # noqa: S311
    whole = answer(repository.root, set(APPS), cached=False)
    names = {f.app for f in whole if f.rule == rule and f.owner == CUSTOMER}
    assert names
    for name in names:
        platforms, own = _both(repository, name, whole, monkeypatch)
        assert {f.rule for f in platforms - own} == {rule}
        assert own <= platforms


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
        return replace(select(options), others=frozenset())

    monkeypatch.setattr(run, "select", alone)
    assert answer(repository.root, {app}, cached=False, paths=[_folder(repository.root, app)]) != whole
