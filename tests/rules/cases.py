"""What the tests of rules share: a table of cases, run against one rule."""

import importlib
from dataclasses import dataclass, field
from datetime import date
from unittest import mock

import yaml

from tests.zones import OURS
from validators import rules
from validators.app.app import App
from validators.app.sources import Failure
from validators.policy import components
from validators.render import objects
from validators.rules import _fleet, doc
from validators.sources.folder import Folder, Refusal
from validators.sources.library import Library

CUSTOMER = {"kustomization.yaml": "resources:\n  - ../../../../base\n", "app.env": "HOSTS=app.example.com\n"}
TODAY = date(2026, 6, 15)
"""The day of every case."""
PLATFORM = {"kustomization.yaml": "namespace: example-app\n", "sizing.yaml": "spec: {}\n"}


@dataclass(frozen=True)
class Case:
    """A case of a rule. `given` is rendered objects as YAML, or files: {"app.env": "...", "platform/sizing.yaml":
    "...", "cluster/facts.yaml": "..."}.

    `finds` has an entry for each problem, in order: "Kind/name /json/pointer" or "file:line", and after a space and # a
    part of the message. Empty: the case is good. For rules of the fleet `given` is a dict of apps, name -> objects.
    Further keys of `given`: "absent": names such as "customer", "cluster" or "platform/sizing.yaml" that aren't there;
    "refused": files that were not read, {"customer": {"x": "is a link"}}; "grants": components that have a size of their
    own, with the component that copies it.
    """

    name: str
    given: str | dict
    finds: list[str] = field(default_factory=list)
    sizing: str = ""

    def __str__(self) -> str:
        return self.name


FACTS = """\
kind: Facts
metadata:
  name: cluster
spec:
  contact: {name: ungleich, address: support@example.com}
  storageClasses: {block: rook-ceph-block, files: rook-cephfs}
  gateway: {name: public, namespace: gateway}
  dns: {namespace: kube-system}
"""
BASE = """\
configMapGenerator:
  - name: app-defaults
  - name: app-config
"""


def table(rule: rules.Rule) -> list[Case]:
    """Return the cases of a rule's own test."""
    return importlib.import_module(f"tests.rules.{rule.scope}.test_{rule.id.replace('-', '_')}").CASES


def app_of(given: str | dict, name: str = "example/app", sizing: str = "", library: dict | None = None) -> App:
    """Return an app with the rendered objects, or the files, that `given` says."""
    files = dict(given) if isinstance(given, dict) else {}
    rendered = files.pop("rendered", "") if isinstance(given, dict) else given
    baseline, error, failure = files.pop("baseline", None), files.pop("error", ""), files.pop("failure", "")
    absent, refused = files.pop("absent", ()), files.pop("refused", {})
    platform = {**PLATFORM, **({"sizing.yaml": sizing} if sizing else {})}
    customer = dict(CUSTOMER)
    cluster = (
        {} if "cluster" in absent else {"overlays/cluster/kustomization.yaml": "", "overlays/cluster/facts.yaml": FACTS}
    )
    for path, text in files.items():
        if path.startswith("platform/"):
            platform[path.removeprefix("platform/")] = text
        elif path.startswith("cluster/"):
            cluster[f"overlays/{path}"] = text
        elif path == "rings.yaml":
            cluster[OURS.rings_file] = text
        elif path.startswith("project/"):
            cluster[path.replace("project", OURS.project, 1)] = text
        else:
            customer[path] = text
    app = App(
        name,
        *(Folder(path, _encode(text)) for path, text in zip(OURS.of(name), (customer, platform), strict=True)),
        Library("", _encode(library or {"base/kustomization.yaml": BASE, **cluster})),
        _objects(rendered),
        error,
        _objects(baseline) if baseline is not None else None,
        failures=(Failure(failure),) if failure else (),
        zones=OURS,
    )
    for folder, label in ((app.customer, "customer"), (app.platform, "platform")):
        if label in absent:
            folder.files.clear()
        for path in [path for path in folder.files if f"{label}/{path}" in absent]:
            del folder.files[path]
        folder.refused += [Refusal(f"{folder.path}/{path}", why) for path, why in refused.get(label, {}).items()]
    return app


def _objects(text: str) -> tuple[objects.Object, ...]:
    """Return objects as kustomize would render them, with anchors, which save lines in a table, written out."""
    if "&" in text:
        return tuple(objects.Object(data) for data in yaml.safe_load_all(text))
    return tuple(objects.parse(text))


def problems(rule_id: str, given: str | dict, sizing: str = "") -> list[rules.Problem]:
    """Return what a rule finds in `given`, see Case."""
    given = dict(given) if isinstance(given, dict) else given
    grants = given.pop("grants", {}) if isinstance(given, dict) else {}
    with mock.patch.dict(components.data()["grants"], grants), mock.patch.object(_fleet, "today", lambda: TODAY):
        return _problems(rules.every()[rule_id], given, sizing)


def _problems(rule: rules.Rule, given: str | dict, sizing: str) -> list[rules.Problem]:
    if rule.scope == rules.FLEET:
        fleet = given if isinstance(given, dict) else {"example/app": given}
        return list(rule.check({name: rule.facts(app_of(text, name)) for name, text in fleet.items()}) or ())
    app = app_of(given, sizing=sizing)
    if rule.scope == rules.OBJECT:
        wanted = [obj for obj in app.objects if not rule.kinds or obj.kind in rule.kinds]
        return [problem for obj in wanted for problem in rule.check(obj, app) or ()]
    return list(rule.check(app) or ())


def check(rule_id: str, case: Case) -> None:
    """Assert that a rule finds what the case says, and nothing else."""
    found = problems(rule_id, case.given, case.sizing)
    shown = [f"{_where(problem)} # {problem.message}" for problem in found]
    assert len(shown) == len(case.finds), shown
    for actual, expected in zip(shown, case.finds, strict=True):
        where, _, part = expected.partition(" # ")
        assert actual.startswith(f"{where} #"), (actual, expected)
        assert part in actual, (actual, expected)
    for problem in found:
        assert "\n" not in problem.message


def check_page(rule_id: str) -> None:
    """Assert that the examples on a rule's page are what they say: the bad one is found, the good one isn't."""
    parsed = doc.parse(rules.every()[rule_id].doc)
    for section, expected in (("Bad", True), ("Good", False)):
        example = parsed.example(section)
        given = doc.files(example) or example
        assert bool(problems(rule_id, given)) is expected, f"{rule_id}: the example under {section}"


def _where(problem: rules.Problem) -> str:
    if problem.place:
        path = problem.place.path.replace("overlays/customers/example/app/", "")
        return f"{path.replace('overlays/ungleich/example/app/', 'platform/')}:{problem.place.line}"
    if problem.obj:
        pointer = "".join(f"/{str(token).replace('/', '~1')}" for token in problem.pointer)
        return f"{problem.obj.kind}/{problem.obj.name} {pointer or '/'}"
    return problem.app


def _encode(files: dict[str, str]) -> dict[str, bytes]:
    return {name: data if isinstance(data, bytes) else data.encode() for name, data in files.items()}
