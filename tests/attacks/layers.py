"""Ask one layer alone what it finds in the victim's folder: the others are off."""

from collections.abc import Callable
from pathlib import Path

from validators import loader, rules
from validators.app import App
from validators.tree import CUSTOMERS, PLATFORM, Tree

from .corpus import OTHER, VICTIM

OWNERSHIP = ("yaml-strict", "feature-not-sized", "customer-")
"""The rules of the source layer, by how their ids start; other rules judge the same files for other reasons."""


def load(top: Path, name: str = VICTIM) -> App:
    """Return an app of the tree at `top`."""
    tree = Tree(top)
    return App(name, tree.read(f"{CUSTOMERS}/{name}"), tree.read(f"{PLATFORM}/{name}"), tree.library)


def limits(top: Path) -> dict[str, list[str]]:
    """What is refused while the files are read: links, devices, too many, too big, too deep."""
    app = load(top)
    found = {}
    if refusals := [*app.customer.refused, *Tree(top).stray()]:
        found["customer-files"] = [f"{refusal.path}: {refusal.message}" for refusal in refusals]
    problems = [problem for name in app.customer.yaml_files() for problem in loader.load(app.customer.files[name])[1]]
    if problems:
        found["yaml-strict"] = [f"{problem.line}: {problem.message}" for problem in problems]
    return found


def source(top: Path, name: str = VICTIM) -> dict[str, list[str]]:
    """What the source layer's rules find in the files, before anything is rendered."""
    app = load(top, name)
    found: dict[str, list[str]] = {}
    for rule in rules.of_scope(rules.SOURCE):
        if rule.id.startswith(OWNERSHIP):
            for problem in rule.check(app) or ():
                found.setdefault(rule.id, []).append(f"{problem.place}: {problem.message}; {problem.hint or rule.hint}")
    return found


LAYERS: dict[str, Callable[[Path], dict[str, list[str]]]] = {"limits": limits, "source": source}
"""Name of a layer -> what it finds: messages by the id of the rule."""

__all__ = ["LAYERS", "OTHER", "VICTIM", "limits", "load", "source"]
