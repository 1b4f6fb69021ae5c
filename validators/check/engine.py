"""Check apps: sources first, then what they render to, then all of them together."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .. import rules
from ..app import suppress
from ..app.app import App
from ..app.sources import Sources
from ..app.suppress import Suppression
from ..finding import ERROR, Finding, Place, printable
from ..kubernetes import schema
from ..rules import Problem, Rule
from .rendering import render
from .workspace import Workspace


@dataclass
class Result:
    """The outcome for one app: its findings, and the facts that rules of the fleet need."""

    name: str
    files: int = 0
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    suppressions: list[Suppression] = field(default_factory=list)
    digests: tuple[str, ...] = ()
    """Of the folders that it follows from: the app's files may be others by now."""


@dataclass(frozen=True)
class Choice:
    """Which rules run. `gate`: an app with errors in its sources isn't rendered. Only tests choose; the rest take
    all."""

    ids: frozenset[str] | None = None
    gate: bool = True

    def rules(self, scope: str) -> list[Rule]:
        """Return the chosen rules of a scope."""
        return [rule for rule in rules.of_scope(scope) if self.ids is None or rule.id in self.ids]


ALL = Choice()


def check(apps: list[Sources], workspace: Workspace, choice: Choice = ALL) -> list[Result]:
    """Check apps, rendering those whose sources are in order; the results are in the order of `apps`."""
    results = {app.name: Result(app.name, len(app.customer.files) + len(app.platform.files)) for app in apps}
    sound = []
    for app in apps:
        findings = list(sources(app, choice))
        results[app.name].findings += findings
        results[app.name].suppressions = suppress.of(app)
        results[app.name].digests = (app.customer.digest, app.platform.digest)
        if not (choice.gate and any(finding.severity == ERROR for finding in findings)):
            sound.append(app)
    if sound:
        # kustomize takes as long as what is needed to judge its output: both at once.
        threading.Thread(target=_prepare, args=(sound[0],), daemon=True).start()
    for app in render(sound, workspace):
        results[app.name].findings += rendered(app, choice)
        if not app.error:
            fleet_rules = choice.rules(rules.FLEET)
            results[app.name].facts = {r.id: facts for r in fleet_rules if r.facts and (facts := r.facts(app))}
    return list(results.values())


def _prepare(app: Sources) -> None:
    """Import the other rules, and compile the schemas of what the app will have."""
    rules.every()
    for known in app.inventory.expected:
        schema.validator(known.api_version, known.kind)


def source_errors(app: Sources) -> list[Finding]:
    """Return what keeps an app from being rendered."""
    return [finding for finding in sources(app) if finding.severity == ERROR]


def sources(app: Sources, choice: Choice = ALL) -> Iterator[Finding]:
    """Yield what the rules find in an app's files, before anything is rendered."""
    for rule in choice.rules(rules.SOURCE):
        for problem in rule.found(app):
            yield finding(rule, problem, app)


def rendered(app: App, choice: Choice = ALL) -> Iterator[Finding]:
    """Yield what the rules find in what an app renders to."""
    for rule in choice.rules(rules.APP):
        if rule.id == "kustomize-build" or not app.error:
            for problem in rule.found(app):
                yield finding(rule, problem, app)
    for rule in choice.rules(rules.OBJECT):
        for obj in app.objects:
            if not rule.kinds or obj.kind in rule.kinds:
                for problem in rule.found(obj, app):
                    yield finding(rule, problem, app)


def fleet(results: Iterable[Result], choice: Choice = ALL) -> Iterator[Finding]:
    """Yield the findings of the rules that look at all apps."""
    results = list(results)
    for rule in choice.rules(rules.FLEET):
        facts = {result.name: result.facts[rule.id] for result in results if rule.id in result.facts}
        for problem in rule.check(facts) or ():
            yield finding(rule, problem, None)


def finding(rule: Rule, problem: Problem, app: Sources | None) -> Finding:
    """Return a rule's problem as a finding, traced to the file that says so."""
    place = problem.place
    if place is None and problem.obj is not None and isinstance(app, App):
        place = app.place(problem.obj, problem.pointer)
    return Finding(
        place=place or (app.home if app else Place(".")),
        rule=rule.id,
        message=_one_line(problem.message),
        hint=_one_line(problem.hint or rule.hint),
        severity=rule.severity,
        app=app.name if app else problem.app,
        subject=repr(problem.obj) if problem.obj else "",
    )


def _one_line(text: str) -> str:
    """Return a text in one line, with what a customer hid in it made visible: controls, and letters without a shape."""
    return printable(text.replace("\n", " "))
