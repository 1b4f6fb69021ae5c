"""Whatever is in an app's files, the source stage judges it: no rule fails, and none takes long.

`make fuzz` looks further: FUZZ_MUTATIONS=N, from another seed each time.
"""

import os
import shutil
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.attacks import corpus
from tests.good.test_good import CASES
from validators import rules
from validators.app import suppress
from validators.app.sources import Sources
from validators.check import engine
from validators.check.cache.baselines import BaselineCache
from validators.finding import ERROR
from validators.ownership import baseline
from validators.sources.folder import Folder
from validators.sources.tree import Tree

from .mutations import Files, mutated, values

MUTATIONS = int(os.environ.get("FUZZ_MUTATIONS", 10_000))
PARTS = 8
SECONDS = 2.0
"""Of CPU, for one of them."""
SEED = 0 if MUTATIONS == 10_000 else time.time_ns()
ATTACKS = [case for group in corpus.groups(Path(corpus.__file__).parent) for case in group.cases]
LARGE = 20_000
"""Bytes: what is made to be large is tried by its limits' own tests."""


@dataclass(frozen=True)
class Bed:
    """Apps to begin with, the good ones first, and the values in their files."""

    good: list[Sources]
    attacks: list[Sources]
    donors: list[Any]


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Bed:
    top = tmp_path_factory.mktemp("fuzz")
    corpus.lay(top)
    library = Tree(top).library
    good, attacks = ([_app(top, case, library) for case in cases] for cases in (CASES.values(), ATTACKS[::4]))
    attacks = [app for app in attacks if sum(map(len, app.customer.files.values())) < LARGE]
    donors = [value for app in (*good, *attacks) for value in _donors(app)]
    return Bed(good, attacks, donors)


def _app(top: Path, case: corpus.Case, library: Any) -> Sources:
    corpus.remove(top / "overlays")
    shutil.copytree(corpus.TREE / "overlays", top / "overlays")
    corpus.commit(top, case)
    return replace(Sources.read(Tree(top), corpus.VICTIM), library=library)


def _donors(app: Sources) -> list[Any]:
    found = []
    for folder in (app.customer, app.platform):
        for name in folder.yaml_files():
            documents, problems = folder.load(name)
            found += [value for document in documents if not problems for value in values(document.value)]
    return [value for value in found if len(repr(value)) < 2000]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_rule_fails(bed: Bed, part: int) -> None:
    random = Random(SEED + part)  # noqa: S311 - the same each time
    cache = BaselineCache(bed.good[0].library)
    outcome: Counter[str] = Counter()
    for _ in range(MUTATIONS // PARTS):
        app = random.choice(bed.good if random.random() < 0.6 else bed.attacks)
        customer, platform = app.customer.files, app.platform.files
        if random.random() < 0.8:
            customer = mutated(customer, random, bed.donors)
        else:
            platform = mutated(platform, random, bed.donors)
        outcome[_judge(app, customer, platform, cache)] += 1
    print(dict(outcome))
    assert min(outcome["refused"], outcome["accepted"]) > MUTATIONS / PARTS / 50


def _judge(app: Sources, customer: Files, platform: Files, cache: BaselineCache) -> str:
    """Put an app through all that is done before it is rendered; fail with its files where that fails or takes long."""
    changed = Sources(app.name, Folder(app.customer.path, customer), Folder(app.platform.path, platform), app.library)
    start = time.process_time()
    try:
        problems = [problem for rule in rules.of_scope(rules.SOURCE) for problem in _found(rule, changed)]
        suppress.of(changed)
        if problems:
            return "refused"
        cache.keys(changed, baseline.of(changed))
    except Exception as error:
        raise AssertionError(f"{error!r} at {customer} {platform}") from error
    finally:
        took = time.process_time() - start
    assert took < SECONDS, f"{took:.1f} s at {customer} {platform}"
    return "accepted"


def _found(rule: rules.Rule, app: Sources) -> list[str]:
    return [problem.message for problem in rule.found(app) if engine.finding(rule, problem, app).severity == ERROR]


def test_a_rule_that_fails_would_be_seen(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted one: a name is taken for a text, as it is in all files that are well-formed."""

    def check(app: Sources) -> list:
        return [name for name in {entry["name"] for entry in app.customer.kustomization.value["images"]} if not name]

    planted = replace(rules.every()["customer-paths"], check=check)
    monkeypatch.setattr(rules, "of_scope", lambda scope: [planted])
    with pytest.raises(AssertionError, match="Error"):
        test_no_rule_fails(bed, 0)
