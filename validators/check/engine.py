"""Check apps: sources first, then what they render to, then all of them together."""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from .. import rules
from ..app import suppress
from ..app.app import App, zone_paths
from ..app.suppress import Suppression
from ..finding import ERROR, Finding, Place
from ..kubernetes import schema
from ..ownership import baseline
from ..ownership.baseline import Neutral
from ..render.objects import Rendered
from ..rules import Problem, Rule
from ..sources.tree import Folder, Tree
from .baseline_cache import LABEL, Keys
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


def load(tree: Tree, name: str) -> App:
    """Read one app's folders."""
    customer, platform = zone_paths(name)
    return App(name, tree.read(customer), tree.read(platform), tree.library)


def check(tree: Tree, apps: list[App], workspace: Workspace, choice: Choice = ALL) -> list[Result]:
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
    render(sound, workspace)
    for app in sound:
        results[app.name].findings += rendered(app, choice)
        if not app.error:
            fleet_rules = choice.rules(rules.FLEET)
            results[app.name].facts = {r.id: facts for r in fleet_rules if r.facts and (facts := r.facts(app))}
    return list(results.values())


def _prepare(app: App) -> None:
    """Import the other rules, and compile the schemas of what the app will have."""
    rules.every()
    for known in app.inventory.expected:
        schema.validator(known.api_version, known.kind)


def source_errors(app: App) -> list[Finding]:
    """Return what keeps an app from being rendered."""
    return [finding for finding in sources(app) if finding.severity == ERROR]


def render(apps: list[App], workspace: Workspace) -> None:
    """Render apps, each as it is and, where no earlier render serves, with its neutral customer, all together."""
    apps = [app for app in apps if app.platform.files]
    rendered = _build([(app.customer, app.platform) for app in apps], workspace)
    forms = {app.name: baseline.neutral(app) for app in apps if app.customer.files}
    keys = {app.name: workspace.shelf.keys(app, forms[app.name]) for app in apps if app.customer.files}
    chosen = _to_render(forms, keys, workspace)
    rendered |= _build([(form.customer, form.platform) for form in chosen.values()], workspace)
    for name, form in chosen.items():
        objs, error = rendered[form.platform.path]
        if keys[name] is not None and not error:
            workspace.shelf.put(keys[name], objs, form.key)
    for app in apps:
        app.objects, app.error = rendered[app.platform.path]
        if app.name in forms and not app.error:
            form = chosen.get(app.name)
            _neutralise(app, forms[app.name], keys[app.name], rendered[form.platform.path] if form else None, workspace)


def _build(pairs: list[tuple[Folder, Folder]], workspace: Workspace) -> dict[str, Rendered]:
    """Return what each app renders to, by its platform folder's path; the folders leave the workspace again."""
    folders = [folder for pair in pairs for folder in pair]
    for folder in folders:
        workspace.write(folder)
    rendered = workspace.render([platform.path for _, platform in pairs])
    for folder in folders:
        workspace.remove(folder.path)
    return rendered


def _to_render(forms: dict[str, Neutral], keys: dict[str, Keys | None], workspace: Workspace) -> dict[str, Neutral]:
    """Return the forms, by app, whose objects neither the shelf nor the forms before them give."""
    chosen: dict[str, Neutral] = {}
    coming: set[str] = set()
    for name, form in forms.items():
        own = keys[name]
        if own is None or not workspace.shelf.has(own, coming):
            if form.key not in {other.key for other in chosen.values()}:
                chosen[name] = form
                coming.update(own.values() if own else ())
    return chosen


def _neutralise(app: App, form: Neutral, keys: Keys | None, own: Rendered | None, workspace: Workspace) -> None:
    """Give an app its neutral objects: its own render's, else the shelf's, else those of a render of its own now."""
    label = form.key
    if own is None and keys is not None and (objs := workspace.shelf.get(keys)) is not None:
        label, own = LABEL, Rendered(objs)
    if own is None:
        own = _build([(form.customer, form.platform)], workspace)[form.platform.path]
    app.error = own.error and f"without the customer's files: {own.error}"
    app.neutral = None if own.error else baseline.fill(app, label, own.objects)


def sources(app: App, choice: Choice = ALL) -> Iterator[Finding]:
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


def finding(rule: Rule, problem: Problem, app: App | None) -> Finding:
    """Return a rule's problem as a finding, traced to the file that says so."""
    place = problem.place
    if place is None and problem.obj is not None and app is not None:
        place = app.place(problem.obj, problem.pointer)
    return Finding(
        place=place or (app.home if app else Place(".")),
        rule=rule.id,
        message=_printable(problem.message),
        hint=_printable(problem.hint or rule.hint),
        severity=rule.severity,
        app=app.name if app else problem.app,
        subject=repr(problem.obj) if problem.obj else "",
    )


def _printable(text: str) -> str:
    """Return a text in one line, with what a customer hid in it made visible: controls, and letters without a shape."""
    return "".join(c if c.isprintable() else " " if c == "\n" else f"\\u{ord(c):04x}" for c in text)
