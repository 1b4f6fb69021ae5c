"""What another version of the library changes in what apps render to, in groups of apps with the same changes."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ..app.sources import Sources
from ..check import libraries
from ..check.compare import Change
from ..check.diff import Difference, difference
from ..check.load import load
from ..sources.rings import Version
from ..sources.tree import Tree
from . import consequence
from .consequence import Consequence

_BATCH = 50
"""Apps that a process renders at a time."""
_APP, _CUSTOMER = "<app>", "<customer>"


@dataclass(frozen=True)
class Line:
    """A change as it is the same for several apps: what is an app's own in it is named `<app>`."""

    consequence: Consequence
    object: str
    field: str
    before: str
    after: str


class Group(NamedTuple):
    """Apps with the same changes, the worst change first."""

    apps: list[str]
    lines: list[Line]

    @property
    def worst(self) -> Consequence:
        """The worst that any of the changes does."""
        return self.lines[0].consequence


def differ(
    tree: Tree,
    names: Iterable[str],
    before: Version | None,
    after: Version | None,
    *,
    workers: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Difference]:
    """Yield what each app's render has changed from one version to another; None is the tree's own library.

    Apps that neither version makes anything else of aren't rendered. `progress` is told the number of apps done.
    Raises TreeError where a version isn't in the repository, KustomizeError where kustomize is missing.
    """
    names = sorted(names)
    old, new = (libraries.with_version(tree, version) if version else tree for version in (before, after))
    batches = [names[start : start + _BATCH] for start in range(0, len(names), _BATCH)]
    roots = (tree.root, old.library_root, new.library_root)
    workers = min(workers or os.cpu_count() or 1, len(batches))
    done = 0
    with ExitStack() as stack:
        apply = stack.enter_context(ProcessPoolExecutor(workers)).map if workers > 1 else map
        for found in apply(_differ, [roots] * len(batches), batches):
            done += len(found)
            progress(done)
            yield from found


def _differ(roots: tuple[Path, Path, Path], names: list[str]) -> list[Difference]:
    old, new = (_tree(roots[0], library) for library in roots[1:])
    concerned = [name for name in names if _made_of(old, name) != _made_of(new, name)]
    found = {}
    if concerned:
        renders = load(new, concerned)
        # The apps' files are the same on both sides, and so is what is refused in them.
        refused = {app.name: app.error for app in renders if app.error}
        for before, after in zip(load(old, concerned, refused), renders, strict=True):
            found[after.name] = difference(before, after)
    return [found.get(name, Difference(name, [])) for name in names]


@cache
def _tree(root: Path, library: Path) -> Tree:
    """Return the apps as a version makes them, whose library is read once for all batches."""
    return Tree(root, library)


def _made_of(tree: Tree, name: str) -> str:
    """Return a hash of all of the library that an app is made of."""
    return tree.library.digest_of(Sources.read(tree, name).made_of)


def grouped(compared: Iterable[Difference]) -> list[Group]:
    """Return the apps that change in groups of equal changes: the worst first, of equals the largest."""
    groups: dict[tuple[Line, ...], list[str]] = {}
    for app, changes, _ in compared:
        if changes:
            groups.setdefault(tuple(sorted((_line(app, change) for change in changes), key=_key)), []).append(app)
    found = [Group(apps, list(lines)) for lines, apps in groups.items()]
    return sorted(found, key=lambda group: (group.worst, -len(group.apps), group.apps))


def _key(line: Line) -> tuple[int, str, str]:
    return line.consequence, line.object, line.field


def _line(app: str, change: Change) -> Line:
    texts = (_plain(app, text) for text in (change.object, change.field, _text(change.before), _text(change.after)))
    return Line(consequence.of(change), *texts)


def _plain(app: str, text: str) -> str:
    customer, _, _ = app.partition("/")
    return text.replace(app.replace("/", "-"), _APP).replace(f"customers/{customer}", f"customers/{_CUSTOMER}")


def _text(value: object) -> str:
    return "-" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
