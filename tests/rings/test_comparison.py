"""What an advance changes, in groups: apps with equal changes are one, whatever they are called."""

from pathlib import Path

import pytest

from validators.check.compare import FIELD, Change
from validators.check.diff import Difference
from validators.rings.comparison import Line, differ, grouped
from validators.rings.consequence import Consequence
from validators.sources.rings import Version, moment
from validators.sources.tree import Tree

from .fleet import FIRST, SECOND, Fleet

NOW = moment("2026-11-20T00:00:00Z")


def image(app: str, tag: str = "2") -> Change:
    name = app.replace("/", "-")
    return Change(FIELD, f"Service/x in {name}", f"metadata.labels.{name}", f"{name}:1", {"at": f"{name}:{tag}"})


WORSE = Change(FIELD, "Deployment/web", "spec.selector.matchLabels.a", "1", "2")


def test_equal_changes_are_one_group() -> None:
    apps = ["acme/shop", "acme/blog", "zoo/site"]
    [group] = grouped(Difference(app, [image(app)]) for app in apps)
    assert group.apps == apps
    line = Line(Consequence.OTHER, "Service/x in <app>", "metadata.labels.<app>", "<app>:1", '{"at": "<app>:2"}')
    assert group.lines == [line]


def test_the_worst_comes_first_then_the_largest_group() -> None:
    many = [Difference(f"acme/app{n}", [image(f"acme/app{n}")]) for n in range(5)]
    few = [Difference("acme/other", [image("acme/other", "3")])]
    worst = [Difference("zoo/site", [image("zoo/site"), WORSE])]
    groups = grouped([*few, *many, *worst, Difference("acme/same", []), Difference("acme/bad", [], "not rendered")])
    assert [len(group.apps) for group in groups] == [1, 5, 1]
    assert groups[0].worst is Consequence.IMMUTABLE
    assert [line.consequence for line in groups[0].lines] == [Consequence.IMMUTABLE, Consequence.OTHER]
    assert groups[2].apps == ["acme/other"]


@pytest.fixture
def tree(tmp_path: Path) -> tuple[Tree, Version, Version]:
    """Two apps, and two versions."""
    ringed = Fleet.make(tmp_path / "repository")
    old = Version("v1", ringed.head(), NOW)
    ringed.repository.edit("components/async/deployment.yaml", "revisionHistoryLimit: 5", "revisionHistoryLimit: 4")
    return Tree(ringed.root), old, Version("v2", ringed.repository.commit(), NOW)


def test_only_apps_that_use_what_changed_are_rendered(tree: tuple, monkeypatch: pytest.MonkeyPatch) -> None:
    rendered: list[str] = []
    monkeypatch.setattr("validators.rings.comparison.load", lambda _, names: rendered.extend(names) or [])
    where, old, new = tree
    found = list(differ(where, [FIRST, SECOND], old, new, workers=1))
    assert found == [Difference(SECOND, []), Difference(FIRST, [])]
    assert rendered == []  # neither lists components/async


def test_an_app_that_cannot_be_rendered_is_told(tree: tuple) -> None:
    where, old, _ = tree
    ringed = Fleet(where.root)
    ringed.repository.edit("base/kustomization.yaml", "resources:", "resources:\n  - nothing.yaml")
    broken = Version("v3", ringed.repository.commit(), NOW)
    [found] = differ(Tree(where.root), [FIRST], old, broken, workers=1)
    assert "nothing.yaml" in found.error
    assert found.changes == []
