"""Which apps a change of files concerns."""

import os
from collections.abc import Iterable
from pathlib import Path

from .tree import Tree
from .zones import CUSTOMERS, OVERLAYS, TreeError, Zones


def touched(paths: Iterable[str], names: Iterable[str], zones: Zones) -> set[str]:
    """Return those of the apps `names` that files or folders belong to; `paths` are relative to the tree's root.

    A file of an app's folder means that app, a folder above several apps all of them, and the library every app.
    """
    names = set(names)
    found: set[str] = set()
    for path in paths:
        above = path in (".", OVERLAYS, CUSTOMERS, zones.platform)
        if above or any(f"{path}/".startswith(f"{part}/") for part in zones.every_app):
            return names
        for zone in (CUSTOMERS, zones.platform):
            inside = path.removeprefix(f"{zone}/").split("/") if path.startswith(f"{zone}/") else []
            if len(inside) == 1:
                found |= {name for name in names if name.startswith(f"{inside[0]}/")}
            elif inside:
                found |= {f"{inside[0]}/{inside[1]}"} & names
    return found


def since(tree: Tree, revision: str, names: Iterable[str]) -> set[str]:
    """Return those of the apps `names` that differ from a git revision, in commits or in the working tree.

    Raises TreeError where git knows no such revision.
    """
    if tree.changed is not None:
        return tree.changed & {*names}
    from . import git  # costs a hook that doesn't ask 20 ms

    return touched(git.changed(tree.root, revision, (*tree.zones.every_app, OVERLAYS)), names, tree.zones)


def relative(tree: Tree, path: Path) -> str:
    """Return a path as it is from the tree's root. Raises TreeError for one outside."""
    absolute = Path(os.path.abspath(path))  # noqa: PTH100 - not resolved: a link is reported as one, not followed
    try:
        return absolute.relative_to(tree.root).as_posix()
    except ValueError:
        raise TreeError(f"{path} isn't in {tree.root}") from None
