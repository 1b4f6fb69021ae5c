"""What a revision changes in what apps render to."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..app.app import App
from ..sources import changes, git
from ..sources.tree import Tree, TreeError
from .compare import Change, compare
from .load import load


class Difference(NamedTuple):
    """One app's changes, or why it can't be compared."""

    app: str
    changes: list[Change]
    error: str = ""


def differ(tree: Tree, revision: str, paths: list[Path]) -> tuple[list[Difference], int]:
    """Return the apps whose render differs from the one at `revision`, and how many were compared.

    Raises TreeError where git knows no such revision or a path is outside, KustomizeError where kustomize is missing.
    """
    with tempfile.TemporaryDirectory(prefix="django-hosting-") as folder:
        git.export(tree.root, revision, Path(folder))
        if not (Path(folder) / "base").is_dir():
            raise TreeError(f"{revision} has no base/ to compare with")
        before = Tree(Path(folder))
        names = {*tree.app_names(), *before.app_names()}
        wanted = changes.touched(git.changed(tree.root, revision), names, tree.zones)
        if paths:
            wanted &= changes.touched([changes.relative(tree, path) for path in paths], names, tree.zones)
        return between(before, tree, wanted), len(wanted)


def between(before: Tree, after: Tree, names: Iterable[str]) -> list[Difference]:
    """Return those of the apps that render otherwise in another tree. Raises KustomizeError where kustomize is missing."""
    old, new = (load(side, sorted(names)) for side in (before, after))
    found = [difference(*pair) for pair in zip(old, new, strict=True)]
    return [one for one in found if one.changes or one.error]


def difference(before: App, after: App) -> Difference:
    """Return what differs from one render of an app to another."""
    if error := after.error or (before.error and f"before: {before.error}"):
        return Difference(after.name, [], error)
    return Difference(after.name, compare(before, after))
