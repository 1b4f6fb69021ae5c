"""What apps render to, each with its ring's library, and whether the rules of now let it be deployed."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache
from typing import NamedTuple

from ..app import suppress
from ..app.sources import Sources
from ..check import engine
from ..check.workspace import Workspace
from ..finding import ERROR, Finding, Place
from ..render.kustomize import KustomizeError
from ..sources.tree import Tree

_BATCH = 50
"""Apps that a process renders at a time."""


class Rendered(NamedTuple):
    """An app and what kustomize prints for it; or the findings that keep it from being deployed."""

    app: str
    stream: bytes
    findings: list[Finding]


def render(groups: Iterable[tuple[Tree, list[str]]], workers: int | None = None) -> Iterator[Rendered]:
    """Yield what each app renders to: its tree says by which library. `workers`: processes at a time; None: one a core.

    Raises KustomizeError where kustomize is missing.
    """
    batches = [
        (tree, group[start : start + _BATCH]) for tree, group in groups for start in range(0, len(group), _BATCH)
    ]
    workers = min(workers or os.cpu_count() or 1, len(batches))
    with ExitStack() as stack:
        apply = stack.enter_context(ProcessPoolExecutor(workers)).map if workers > 1 else map
        for rendered in apply(_render, *zip(*batches, strict=True)) if batches else ():
            yield from rendered


def _render(tree: Tree, names: list[str]) -> list[Rendered]:
    tree = _same(tree)
    apps = [Sources.read(tree, name) for name in names]
    with Workspace(tree.library) as workspace:
        checked = engine.check(apps, workspace)
        found = []
        for app, result in zip(apps, checked, strict=True):
            findings = suppress.apply(result.findings, result.suppressions, whole=False)
            errors = [finding for finding in findings if finding.severity == ERROR]
            stream = b""
            if not errors:
                try:
                    stream = _stream(app, workspace)
                except KustomizeError as error:
                    errors = [Finding(Place(app.platform.path), "kustomize-build", str(error), app=app.name)]
            found.append(Rendered(app.name, stream, errors))
    return found


@cache
def _same(tree: Tree) -> Tree:
    """Return the tree that this process had first of equal ones: it has read the library already."""
    return tree


def _stream(app: Sources, workspace: Workspace) -> bytes:
    for folder in (app.customer, app.platform):
        workspace.write(folder)
    try:
        return workspace.stream(app.platform.path)
    finally:
        for folder in (app.customer, app.platform):
            workspace.remove(folder.path)
