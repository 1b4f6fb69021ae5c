"""One run of `check`: what was asked for, the results of these apps, their findings, the report."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from ..app import suppress
from ..finding import PLATFORM, Finding, Place, Report, merged
from ..policy import limits
from ..render.renderer_process import Process
from ..sources import changes, cluster
from ..sources.tree import Tree, TreeError
from . import audience, engine
from .cache.results import Cache
from .checker import Checker
from .pool import Pool
from .result import Result
from .selection import Options, Selection, select

RINGS = "rings"
"""The rule about rings.yaml, of which a ring's age is the part that changes with time."""


def check(options: Options, renderer: Process | None = None) -> Report:
    """Check and return the report. `renderer`: a renderer's process that was started before, to save time.

    Raises TreeError where there is nothing to check or no tree, KustomizeError where kustomize is missing.
    """
    return judge(select(options), renderer)


def judge(selection: Selection, renderer: Process | None = None) -> Report:
    """Check what was selected and return the report; else as check()."""
    start = time.monotonic()
    return _report(selection, list(results(selection, renderer)), start)


def results(selection: Selection, renderer: Process | None = None) -> Iterator[Result]:
    """Yield the results of the apps that were asked for, and of the others what they claim.

    Each is judged with the library of its ring, by the rules of now.
    """
    for part in selection.by_library():
        yield from _results(part, renderer)
        renderer = None


def _results(selection: Selection, renderer: Process | None) -> Iterator[Result]:
    with (
        Cache(selection.tree, enabled=selection.cached) as cache,
        Checker(selection.tree, cache, renderer) as checker,
        Pool(selection.tree, checker, cached=selection.cached, workers=selection.workers) as pool,
    ):
        for name in sorted(selection.asked):
            if result := cache.get(name):
                yield result
            else:
                pool.add(name)
        if 0 < pool.count <= limits.BATCH:
            checker.start()  # while the other apps are looked up
        for name in sorted(selection.others):
            facts = cache.facts(name)
            if facts is not None:
                yield Result(name, facts=facts)
            elif result := cache.get(name):
                yield result
            else:
                pool.add(name)
        for result in pool.results():
            if not result.failed:
                cache.put(result)
            yield result


def _report(selection: Selection, found: list[Result], start: float) -> Report:
    tree = selection.tree
    asked = [result for result in found if result.name in selection.asked]
    findings = [finding for result in asked for finding in result.findings]
    findings += _between(selection, found)
    suppressions = [suppression for result in asked for suppression in result.suppressions]
    findings = suppress.apply(findings, suppressions, whole=selection.whole)
    findings += _stray(tree)
    findings += _too_old(tree)
    contact = cluster.contact(tree.library)
    findings = [audience.addressed(finding, contact, tree.zones, own=tree.is_customers) for finding in findings]
    if selection.reference:
        from . import reference  # needs an extra, 108 MB

        findings += reference.findings(tree, selection.asked)
    findings = [replace(f, place=f.place._replace(path=tree.shown(f.place.path))) for f in findings]
    return Report(
        merged(findings),
        apps=len(asked),
        files=sum(result.files for result in asked) + len(tree.library.files),
        seconds=time.monotonic() - start,
        colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
    )


def _between(selection: Selection, found: list[Result]) -> list[Finding]:
    """Return what is wrong between apps, at those that were asked for.

    At an app that hasn't changed nothing is reported that only another's change makes wrong: who lists a host that is
    somebody else's must not turn that app's check red.
    """
    findings = [f for f in engine.fleet(found) if not f.app or f.app in selection.asked]
    if not findings:
        return []
    changed: set[str] = set()
    with contextlib.suppress(TreeError):  # no git, no history: reported at all of them
        changed = changes.since(selection.tree, "HEAD", [result.name for result in found])
    before = {(f.app, f.rule, f.place) for f in engine.fleet(result for result in found if result.name not in changed)}
    return [f for f in findings if f.app in changed or (f.app, f.rule, f.place) in before]


def _stray(tree: Tree) -> list[Finding]:
    return [
        Finding(Place(r.path), "customer-files", r.message, r.hint, owner=audience.owner(r.path)) for r in tree.stray()
    ]


def _too_old(tree: Tree) -> Iterator[Finding]:
    """Yield the rings that keep an old version for longer than they may: time alone makes it wrong, so no app's rule."""
    for ring, behind in tree.rings.too_old(datetime.now(UTC)) if tree.rings else ():
        message = (
            f"ring {ring.name} has had {ring.version.name} for {behind.days} days since the next version was taken"
        )
        hint = f"run make rings-advance ARGS={ring.name}, or raise its maximumAge of {ring.maximum_age.days} days"
        yield Finding(Place(tree.zones.rings_file, ring.line), RINGS, message, hint, owner=PLATFORM)
