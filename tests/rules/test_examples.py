"""The rules about single objects find nothing in the examples but what a suppression names."""

import fnmatch
from pathlib import Path

import pytest

from validators import rules
from validators.app import suppress
from validators.app.app import App
from validators.render import kustomize, objects
from validators.sources.tree import Tree

from ..conftest import PLATFORM_FOLDERS, ROOT


def rendered(folder: Path) -> App:
    """Return the app of a platform folder, with its objects."""
    tree, name = Tree(ROOT), "/".join(folder.parts[-2:])
    customer, platform = tree.read(f"overlays/customers/{name}"), tree.read(folder.as_posix())
    return App(name, customer, platform, tree.library, tuple(objects.parse(kustomize.find().build(ROOT / folder))))


@pytest.mark.parametrize("folder", PLATFORM_FOLDERS, ids=str)
def test_nothing_is_found(folder: Path) -> None:
    app = rendered(folder)
    assert len(app.objects) > 5
    hardening = [*rules.of_scope(rules.OBJECT), rules.every()["default-deny"]]
    found = {(rule.id, f"{obj.kind}/{obj.name}") for rule in hardening for obj, _ in _problems(rule, app)}
    known = [(entry.rule, entry.object) for entry in suppress.of(app)]
    assert {item for item in found if not any(_same(item, entry) for entry in known)} == set()
    assert bool(found) is bool(known)


def _same(found: tuple[str, str], entry: tuple[str, str]) -> bool:
    return found[0] == entry[0] and fnmatch.fnmatchcase(found[1], entry[1])


def _problems(rule: rules.Rule, app: App) -> list[tuple[objects.Object, rules.Problem]]:
    if rule.scope == rules.APP:
        return [(problem.obj, problem) for problem in rule.check(app) or () if problem.obj]
    wanted = [obj for obj in app.objects if not rule.kinds or obj.kind in rule.kinds]
    return [(obj, problem) for obj in wanted for problem in rule.check(obj, app) or ()]
