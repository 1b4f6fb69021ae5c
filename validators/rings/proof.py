"""Prove that what ArgoCD reads is what the apps' rings render, and nothing else."""

from collections.abc import Iterator
from difflib import unified_diff
from typing import NamedTuple

from ..finding import Finding, count
from ..sources import git
from ..sources.tree import TreeError
from ..sources.zones import Zones
from . import deployment, update
from .branch import Branch

_LINES = 8
"""Lines of a difference that are shown."""


class Difference(NamedTuple):
    """A file of the branch that isn't what rendering gives, and how it differs."""

    path: str
    message: str
    lines: list[str]


class Proof(NamedTuple):
    """What was compared. `behind`: commits of the source branch that aren't rendered yet."""

    source: str
    apps: int
    kept: set[str]
    differences: list[Difference]
    behind: int


def prove(branch: Branch, source: str) -> Proof:
    """Render anew all that the branch's tip says it renders, and compare; `source`: the branch's name or a commit that it
    must be part of.

    An app that the tip says it left as it was must be as it was in the commit before. Raises TreeError where the tip, its
    source or a ring's version can't be read.
    """
    if not branch.tip:
        raise TreeError(f"there is no branch {branch.name}: make it with: make rings-render")
    root, rendered = branch.root, branch.source
    head = git.verify(root, source)
    if git.missing(root, rendered, head):
        raise TreeError(f"{branch.name} renders {rendered[:12]}, which is no commit of {source}: nobody has checked it")
    made = update.render(root, rendered, None)
    refused = {app: found for app, found in made.findings.items() if app not in branch.kept()}
    expected = made.files | _left(branch, branch.kept(), made.zones)
    found = {path: data for path, data in branch.files.items() if deployment.app_of(path, made.zones) not in refused}
    behind = git.missing(root, head, rendered)
    differences = [*_refused(refused, made.zones), *_compared(found, expected)]
    return Proof(rendered, len(made.all_apps), branch.kept(), differences, behind)


def _refused(findings: dict[str, list[Finding]], zones: Zones) -> Iterator[Difference]:
    """Yield the apps that the rules of now refuse, though the branch has them."""
    for app, (first, *_) in sorted(findings.items()):
        message = f"the rules of now refuse it: {first.place}: {first.rule}: {first.message}"
        yield Difference(zones.of(app)[1], message, [])


def _left(branch: Branch, apps: set[str], zones: Zones) -> dict[str, bytes]:
    """Return these apps' files as they were one commit before."""
    parents = git.run(branch.root, "log", "-1", "--format=%P", branch.tip).decode().split()
    if not apps or not parents:
        return {}
    before = Branch(branch.root, branch.name, parents[0])
    return {path: data for path, data in before.files.items() if deployment.app_of(path, zones) in apps}


def _compared(found: dict[str, bytes], expected: dict[str, bytes]) -> Iterator[Difference]:
    for path in sorted(found.keys() | expected.keys()):
        if path not in expected:
            yield Difference(path, "nothing renders to this file", [])
        elif path not in found:
            yield Difference(path, "is missing", [])
        elif found[path] != expected[path]:
            old, new = (data[path].decode(errors="replace").splitlines() for data in (expected, found))
            lines = list(unified_diff(old, new, "rendered", "on the branch", lineterm="", n=0))[2:]
            more = [f"... {count(len(lines) - _LINES, 'more line')}"] if len(lines) > _LINES else []
            yield Difference(path, "isn't what rendering gives", [*lines[:_LINES], *more])
