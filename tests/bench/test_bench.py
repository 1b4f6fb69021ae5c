"""The benchmark's fleet is what it says, and the benchmark runs."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from validators.check.run import check
from validators.check.selection import Options
from validators.policy import components
from validators.sources.tree import Tree

from ..conftest import ROOT, tool
from . import __main__ as bench
from . import kubeconform, mixes
from .generate import app_folders, generate
from .measure import Cost, run

# What mustn't be together.
_EXCLUSIVE = [*map(set, components.CHOICES), {"storage/rwo", "async"}]


@pytest.fixture(scope="module")
def fleet(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("bench") / "fleet"
    generate(target, 60)
    return target


def test_has_every_mix_of_two_components() -> None:
    random = Random(1)  # noqa: S311
    drawn = [mixes.draw(random) for _ in range(1000)]
    seen = {pair for mix in drawn for pair in combinations(sorted({*mix.features, *mix.infrastructure}), 2)}
    possible = {name for mix in drawn for name in (*mix.features, *mix.infrastructure)}
    assert len(possible) > 20
    assert possible <= set(components.ORDER)
    wanted = {
        pair
        for pair in combinations(sorted(possible), 2)
        if not any(set(pair) <= alternatives for alternatives in _EXCLUSIVE)
    }
    assert wanted - seen == set()
    assert all(len(set(mix.features) & alternatives) < 2 for mix in drawn for alternatives in _EXCLUSIVE)


def test_counts_platform_folders(fleet) -> None:
    assert len(list(fleet.glob("overlays/ungleich/*/*/kustomization.yaml"))) == 60
    assert len(list(fleet.glob("overlays/ungleich/*"))) == 6


def test_is_the_same_each_time() -> None:
    first, second = (app_folders("customer0000", "site", mixes.draw(r), r) for r in (Random(7), Random(7)))  # noqa: S311
    assert first == second


def test_passes_the_check(fleet) -> None:
    report = check(Options(root=fleet, cached=False, workers=1))
    assert report.apps == len(Tree(fleet).app_names()) == 60
    assert report.findings == []


def test_measures_children() -> None:
    child = "b = bytearray(200 << 20); sum(range(3000000))"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    cost = run([sys.executable, "-c", code], cwd=ROOT, env={})
    assert cost.code == 0
    assert cost.memory > 150
    assert cost.cpu > 0.02
    assert run([sys.executable, "-c", "pass"], cwd=ROOT, env={}).memory < 100


def test_kubeconform_knows_every_kind_and_finds_what_is_wrong(tmp_path) -> None:
    kubeconform.schemas(tmp_path / "schemas")
    command = kubeconform.command(tool("kubeconform"), tmp_path / "schemas", 1)
    good = ROOT / "tests/golden/apps/example-shop.yaml"
    assert subprocess.run([*command, good], capture_output=True).returncode == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(good.read_text().replace("replicas: ", "replicas: many", 1))
    done = subprocess.run([*command, wrong], capture_output=True, text=True)
    assert done.returncode == 1
    assert "replicas" in done.stdout


def test_says_what_was_extrapolated() -> None:
    rows = [
        bench.Row("today", 1000, Cost(2.0, 4.0, 100, 0).times(250), sample=4),
        bench.Row("ours", 1000, Cost(10.0, 20.0, 100, 0)),
    ]
    today, ours = bench.table(rows).splitlines()[2:]
    assert " ".join(today.split()[1:]) == "1,000 500 1000.0 100 1.0x from a sample of 4"
    assert " ".join(ours.split()[1:]) == "1,000 10 20.0 100 50.0x measured"


def test_runs() -> None:
    command = [sys.executable, "-m", "tests.bench", "--apps", "4", "--factor", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    for row in ("kustomize by xargs with kubeconform", "ours, one app: a commit's hook", "ours, a component of "):
        assert row in done.stdout
