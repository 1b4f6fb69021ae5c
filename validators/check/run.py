"""One run of `check`: what was asked for, the results of these apps, their findings, the report."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

from ..app import suppress
from ..finding import CUSTOMER, Finding, Place, Report, merged
from ..render.renderer_process import Process
from ..sources import changes, cluster
from ..sources.tree import Tree, TreeError
from . import audience, engine
from .cache.results import Cache
from .checker import Checker
from .pool import Pool
from .result import Result
from .selection import Known, Options, Selection, select


def check(options: Options, renderer: Process | None = None) -> Report:
    """Check and return the report. `renderer`: a renderer's process that was started before, to save time.

    Raises TreeError where there is nothing to check or no tree, KustomizeError where kustomize is missing.
    """
    start = time.monotonic()
    selection = select(options)
    found = list(results(selection, renderer))
    if selection.known is Known.LAST_RUN and _between(selection, found):
        # What the others claimed in their last run was a hint: what do they claim now?
        asked = [result for result in found if result.name in selection.asked]
        found = [*asked, *results(replace(selection, asked=frozenset(), known=Known.CACHED))]
    return _report(selection, found, start)


def results(selection: Selection, renderer: Process | None = None) -> Iterator[Result]:
    """Yield the results of the apps that were asked for, and of the others as far as they are to be known."""
    tree, quick = selection.tree, selection.known is Known.LAST_RUN
    with (
        Cache(tree, enabled=selection.cached, by_stat=not quick) as cache,
        Checker(tree, cache, renderer) as checker,
        Pool(tree, checker, cached=selection.cached, workers=selection.workers) as pool,
    ):
        facts = cache.last_facts(selection.asked | selection.others) if quick else {}
        for name in (*sorted(selection.asked), *sorted(selection.others)):
            asked = name in selection.asked
            if name in facts and not asked:
                yield Result(name, facts=facts[name])
            elif result := cache.get(name):
                yield result
            elif asked or selection.known is Known.CHECKED:
                pool.add(name)
                if quick:
                    checker.start()  # while the other apps are looked up
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
    findings += _stray(tree) if selection.whole else []
    contact = cluster.contact(tree.library)
    findings = [audience.addressed(finding, contact, own=tree.is_customers) for finding in findings]
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
        changed = changes.since(selection.tree, selection.since, [result.name for result in found])
    before = {(f.app, f.rule, f.place) for f in engine.fleet(result for result in found if result.name not in changed)}
    return [f for f in findings if f.app in changed or (f.app, f.rule, f.place) in before]


def _stray(tree: Tree) -> list[Finding]:
    return [Finding(Place(r.path), "customer-files", r.message, r.hint, owner=CUSTOMER) for r in tree.stray()]
