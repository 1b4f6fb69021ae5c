"""Check apps: sources first, then what they render to, then all of them together."""

import contextlib
import itertools
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from .. import rules
from ..app import suppress
from ..app.app import App
from ..app.sources import Failure, Sources
from ..finding import CUSTOMER, ERROR, Finding, Place, printable
from ..kubernetes import schema
from ..policy import limits
from ..render.objects import Object
from ..rules import Problem, Rule
from . import audience
from .rendering import render
from .result import FAILED, Result
from .workspace import Workspace

_PACKAGE = Path(__file__).parents[1]
_REASON = 200
"""Characters of an error's text that a finding has."""


@dataclass(frozen=True)
class Choice:
    """Which rules run. `gate`: an app with errors in its sources isn't rendered. Only tests choose; the rest take
    all."""

    ids: frozenset[str] | None = None
    gate: bool = True

    def rules(self, scope: str) -> list[Rule]:
        """Return the rules of a scope that run."""
        return [rule for rule in rules.of_scope(scope) if self.ids is None or rule.id in self.ids]


ALL = Choice()


def check(apps: list[Sources], workspace: Workspace, choice: Choice = ALL) -> list[Result]:
    """Check apps, rendering those whose sources are in order; the results are in the order of `apps`."""
    results = {app.name: Result(app.name, len(app.customer.files) + len(app.platform.files)) for app in apps}
    sound, suppressions = [], {}
    for app in apps:
        result = results[app.name]
        result.digests = (app.customer.digest, app.platform.digest)
        result.findings += sources(app, choice)
        try:
            suppressions[app.name] = suppress.of(app)
            result.made_of = app.made_of
        except Exception as error:
            result.findings += failed(app, "reading its suppressions and components", error)
        if not result.failed and not (choice.gate and any(f.severity == ERROR for f in result.findings)):
            sound.append(app)
    if sound:
        # kustomize takes as long as what is needed to judge its output: both at once.
        threading.Thread(target=_prepare, args=(sound[0],), daemon=True).start()
    for app in _rendered(sound, workspace, results):
        result = results[app.name]
        result.findings += rendered(app, choice)
        if not app.error:  # else nobody knows which suppressions are of use
            result.suppressions = suppressions[app.name]
        for rule in choice.rules(rules.FLEET) if not app.error else ():
            try:
                if rule.facts and (facts := rule.facts(app)):
                    result.facts[rule.id] = facts
            except Exception as error:
                result.findings += failed(app, f"the rule {rule.id}", error)
    return list(results.values())


def _rendered(apps: list[Sources], workspace: Workspace, results: dict[str, Result]) -> list[App]:
    """Return the apps, rendered; where that fails, each alone, to find the one that it fails at."""
    try:
        return render(apps, workspace)
    except Exception as error:
        if len(apps) > 1:
            return [made for app in apps for made in _rendered([app], workspace, results)]
        results[apps[0].name].findings += failed(apps[0], "the render", error)
        return []


def _prepare(app: Sources) -> None:
    """Import the other rules, and compile the schemas of what the app will have."""
    with contextlib.suppress(Exception):  # who needs them meets the same, and tells of it
        rules.every()
        for known in app.inventory.expected:
            schema.validator(known.api_version, known.kind)


def source_errors(app: Sources) -> list[Finding]:
    """Return what keeps an app from being rendered."""
    return [finding for finding in sources(app) if finding.severity == ERROR]


def sources(app: Sources, choice: Choice = ALL) -> Iterator[Finding]:
    """Yield what the rules find in an app's files, before anything is rendered."""
    for rule in choice.rules(rules.SOURCE):
        yield from _found(rule, app)


def rendered(app: App, choice: Choice = ALL) -> Iterator[Finding]:
    """Yield what the rules find in what an app renders to."""
    for rule in choice.rules(rules.APP):
        if rule.id == "kustomize-build" or not app.error:
            yield from _found(rule, app)
    for rule in choice.rules(rules.OBJECT):
        found = (_found(rule, app, obj) for obj in app.objects if not rule.kinds or obj.kind in rule.kinds)
        yield from rules.cut(list(itertools.chain.from_iterable(found)), limits.FINDINGS_OF_OBJECTS)


def _found(rule: Rule, app: Sources, obj: Object | None = None) -> list[Finding]:
    """Return what a rule finds in an app, or in one of its objects."""
    try:
        found = rule.found(app) if obj is None else rule.found(obj, app)
        return [finding(rule, problem, app) for problem in found] if found else []
    except Exception as error:
        return failed(app, f"the rule {rule.id}", error, obj)


def failed(app: Sources, what: str, error: Exception, obj: Object | None = None) -> list[Finding]:
    """Return the finding that a part of the check failed at an app: whatever it is, the other apps are judged."""
    place = None
    if obj is not None and isinstance(app, App):
        with contextlib.suppress(Exception):
            place = app.place(obj)
    failing = replace(app, failures=(Failure(f"{what} ended with {_reason(error)}", place),))
    return [finding(_failed(), problem, failing) for problem in _failed().found(failing)]


def _failed() -> Rule:
    return next(rule for rule in rules.of_scope(rules.SOURCE) if rule.id == FAILED)


def _reason(error: Exception) -> str:
    """Return an error's text in one line, and where in this package it comes from."""
    import traceback  # hardly ever needed, and a hook's start is most of its time

    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _PACKAGE in Path(frame.filename).parents]
    at = f" ({Path(frames[-1].filename).relative_to(_PACKAGE).as_posix()}:{frames[-1].lineno})" if frames else ""
    return " ".join(f"{type(error).__name__}: {error}".split())[:_REASON] + at


def fleet(results: Iterable[Result], choice: Choice = ALL) -> Iterator[Finding]:
    """Yield the findings of the rules that look at all apps."""
    results = list(results)
    for rule in choice.rules(rules.FLEET):
        facts = {result.name: result.facts[rule.id] for result in results if rule.id in result.facts}
        try:
            yield from [finding(rule, problem, None) for problem in rule.check(facts) or ()]
        except Exception as error:  # what was found in the apps is reported all the same
            yield finding(_failed(), Problem(f"the rule {rule.id} ended with {_reason(error)}"), None)


def finding(rule: Rule, problem: Problem, app: Sources | None) -> Finding:
    """Return a rule's problem as a finding, traced to the file that says so."""
    place = problem.place
    if place is None and problem.obj is not None and isinstance(app, App):
        place = app.place(problem.obj, problem.pointer)
    place = place or (app.home if app else Place("."))
    owner = audience.owner(place.path)
    advice = rules.advice(problem.hint or rule.advice)
    hint = advice.write if owner == CUSTOMER else advice.platform or advice.write
    return Finding(
        place=place,
        rule=rule.id,
        message=_one_line(problem.message),
        hint=_one_line(hint),
        severity=rule.severity,
        app=app.name if app else problem.app,
        subject=_subject(problem),
        owner=owner,
        ask=_one_line(advice.ask) if owner == CUSTOMER else "",
    )


def _subject(problem: Problem) -> str:
    if problem.obj is None:
        return ""
    return f"{problem.obj.kind}/{problem.obj.plain_name}" + (f"#{problem.part}" if problem.part else "")


def _one_line(text: str) -> str:
    """Return a text in one line, with what a customer hid in it made visible: controls, and letters without a shape."""
    text = printable(text[: 2 * limits.TEXT_LENGTH].replace("\n", " "))
    return text if len(text) <= limits.TEXT_LENGTH else f"{text[: limits.TEXT_LENGTH - 3]}..."
