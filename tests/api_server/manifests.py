"""Broken manifests: one object of what an example renders to, changed by a JSON patch; the cases are data, README.md."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import jsonpatch
import yaml

from tests.zones import PLATFORM
from validators import rules
from validators.app.app import App
from validators.app.sources import Sources
from validators.check import engine
from validators.finding import ERROR, Finding
from validators.render import kustomize, objects
from validators.sources.tree import Tree

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OWNERSHIP = frozenset({"object-set", "render-difference", "size-differs"})
"""Rules about who may write something, which would find a change whatever it is."""
VALIDITY = engine.Choice(frozenset(rules.every()) - OWNERSHIP)


@dataclass(frozen=True)
class Case:
    """A change to an object, and both verdicts on it."""

    name: str
    app: str
    object: str
    """Kind/name; a generated name without its hash."""
    patch: list[dict[str, Any]]
    at: str = ""
    """A JSON pointer that the paths of the patch go on from."""
    server: str = ""
    """Words that the API server refuses it with; empty: it takes it."""
    rules: list[str] = field(default_factory=list)
    """The rules that find something, first the one that is meant; empty: the validators take it."""
    because: str = ""
    """Why the verdicts differ, where they do."""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Group:
    """One file of cases."""

    title: str
    cases: tuple[Case, ...]


def groups(folder: Path = HERE) -> dict[str, Group]:
    """Return the groups by the name of their file. A case takes what it doesn't say from the top of its file."""
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        common = {key: value for key, value in data.items() if key not in ("title", "cases")}
        found[path.stem] = Group(data["title"], tuple(Case(**{**common, **case}) for case in data["cases"]))
    return found


@functools.cache
def render(app: str) -> tuple[objects.Object, ...]:
    """Return what ArgoCD would get for an app, `example/shop`."""
    return tuple(objects.parse(kustomize.find().build(ROOT / PLATFORM / app)))


def broken(case: Case) -> tuple[App, objects.Object]:
    """Return the case's app with the changed object among its objects, and the changed object."""
    app = loaded(case.app)
    kind, _, name = case.object.partition("/")
    whole = app.find(kind, name)
    if whole is None:
        raise LookupError(f"{case.name}: {case.app} renders no {case.object}")
    patch = [{**step, "path": case.at + step["path"]} for step in case.patch]
    changed = objects.Object(jsonpatch.apply_patch(whole.data, patch))
    objects_ = tuple(changed if item is whole else item for item in app.objects)
    return replace(app, objects=objects_), changed


def findings(app: App) -> Iterator[Finding]:
    """Yield the errors that the validators find in what an app renders to, whoever wrote it."""
    return (finding for finding in engine.rendered(app, VALIDITY) if finding.severity == ERROR)


def refused_by(case: Case) -> set[str]:
    """Return the rules that find more in the case's app than without its change."""
    return {finding.rule for finding in findings(broken(case)[0]) if finding not in _before(case.app)}


@functools.cache
def _before(app: str) -> frozenset[Finding]:
    return frozenset(findings(loaded(app)))


def loaded(name: str) -> App:
    """Return an app with its files and rendered objects."""
    return App.of(Sources.read(_tree(), name), objects.Rendered(list(render(name))))


@functools.cache
def _tree() -> Tree:
    return Tree(ROOT)
