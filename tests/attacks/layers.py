"""Ask one layer alone what it finds in the victim's folder: the others are off."""

from collections.abc import Iterable
from pathlib import Path

from validators import rules
from validators.app.sources import Sources
from validators.check import engine
from validators.check.engine import Choice
from validators.check.workspace import Workspace
from validators.finding import ERROR, Finding
from validators.sources import loader
from validators.sources.tree import Tree

from .corpus import OTHER, VICTIM

OWNERSHIP = ("yaml-strict", "feature-not-sized", "customer-")
"""The rules of the source layer, by how their ids start; other rules judge the same files for other reasons."""

CHOICES = {
    "render": Choice(frozenset({"render-difference", "kustomize-build"}), gate=False),
    "absolute": Choice(frozenset({"object-set", "size-differs"}), gate=False),
}
LAYERS = ("limits", "source", *CHOICES)
CHOICES["rendered"] = Choice(frozenset().union(*(choice.ids or () for choice in CHOICES.values())), gate=False)

Found = dict[str, list[str]]
"""Messages by the id of the rule."""


def limits(top: Path) -> Found:
    """Return what is refused while the files are read: links, devices, too many, too big, too deep, not plain YAML."""
    tree = Tree(top)
    folder = Sources.read(tree, VICTIM).customer
    found = {}
    if refusals := [*folder.refused, *tree.stray()]:
        found["customer-files"] = [f"{refusal.path}: {refusal.message}" for refusal in refusals]
    if problems := [p for name in folder.yaml_files() for p in loader.load(folder.files[name])[1]]:
        found["yaml-strict"] = [f"{problem.line}: {problem.message}" for problem in problems]
    return found


def source(top: Path, name: str) -> Found:
    """Return what the source layer's rules find in the files, before anything is rendered."""
    app = Sources.read(Tree(top), name)
    chosen = [rule for rule in rules.of_scope(rules.SOURCE) if rule.id.startswith(OWNERSHIP)]
    return by_rule(engine.finding(rule, problem, app) for rule in chosen for problem in rule.found(app))


def ask(layer: str, top: Path, workspace: Workspace, name: str = VICTIM) -> Found:
    """Return what one layer finds in an app of the tree at `top`."""
    if layer == "limits":
        return limits(top)
    if layer == "source":
        return source(top, name)
    tree = Tree(top)
    return by_rule(engine.check([Sources.read(tree, name)], workspace, CHOICES[layer])[0].findings)


def whole(top: Path, workspace: Workspace) -> dict[str, list[Finding]]:
    """Return the errors of the whole check, for the victim and for the other customer's app, checked together."""
    tree = Tree(top)
    results = engine.check([Sources.read(tree, name) for name in (VICTIM, OTHER)], workspace)
    return {result.name: [f for f in result.findings if f.severity == ERROR] for result in results}


def by_rule(findings: Iterable[Finding]) -> Found:
    """Return findings as Found."""
    found: Found = {}
    for finding in findings:
        found.setdefault(finding.rule, []).append(f"{finding.place}: {finding.message}; {finding.hint}")
    return found
