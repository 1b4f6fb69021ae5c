"""Rules that are known not to hold for an object, in suppressions.yaml of a platform folder or a component.

Each entry names a rule, an object, a reason and a day after which it no longer counts. One that suppresses nothing, or
is past its day, is a finding itself. The customer's zone can't hold any.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..finding import WARNING, Finding, Place
from ..sources.folder import Folder
from .sources import Sources

FILE = "suppressions.yaml"
RULE = "suppression"
KEYS = {"rule", "object", "reason", "until"}
OBJECT = re.compile(r"[A-Za-z]+/[a-z0-9.*-]+(#[A-Za-z0-9._-]+)?")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One entry: `rule` doesn't hold for `object` (`Kind/name`) of `app` until a day, yyyy-mm-dd."""

    app: str
    rule: str
    object: str
    until: str
    place: Place
    shared: bool
    """Whether it stands in a component, where it may be of use to another app only."""


def entries(app: Sources) -> Iterator[tuple[Folder, str, int, Any]]:
    """Yield (folder, file, index, entry) of an app's platform folder and of the components that the platform chose."""
    files = [(app.platform, FILE)]
    files += [(app.library, f"components/{name}/{FILE}") for name in app.infrastructure]
    for folder, name in files:
        value = folder.document(name).value
        for index, entry in enumerate(value if isinstance(value, list) else []):
            yield folder, name, index, entry


def valid(entry: Any) -> bool:
    """Return whether an entry has all its parts; the rule `suppression` says what is wrong with others."""
    if not isinstance(entry, dict) or set(entry) != KEYS or not all(isinstance(v, str) for v in entry.values()):
        return False
    return bool(OBJECT.fullmatch(entry["object"]) and DAY.fullmatch(entry["until"]) and entry["reason"].strip())


def of(app: Sources) -> list[Suppression]:
    """Return an app's suppressions."""
    return [
        Suppression(
            app.name,
            entry["rule"],
            entry["object"],
            entry["until"],
            app.place_in(folder, name, (index,)),
            folder is app.library,
        )
        for folder, name, index, entry in entries(app)
        if valid(entry)
    ]


def apply(findings: Iterable[Finding], suppressions: list[Suppression], *, whole: bool) -> list[Finding]:
    """Return the findings that aren't suppressed, and findings about suppressions that are of no use or out of date.

    `whole`: all apps were checked, so one that stands in a component and is of no use to any app is reported.
    """
    today = date.today().isoformat()
    used: set[Place] = set()
    left = []
    by_rule: dict[tuple[str, str], list[Suppression]] = {}
    for suppression in suppressions:
        by_rule.setdefault((suppression.app, suppression.rule), []).append(suppression)
    for finding in findings:
        matching = [s for s in by_rule.get((finding.app, finding.rule), []) if _matches(s, finding)]
        used.update(s.place for s in matching)
        if not any(s.until >= today for s in matching):
            left.append(finding)
    reported: dict[Place, Suppression] = {}
    for suppression in suppressions:
        if suppression.until < today or (suppression.place not in used and (whole or not suppression.shared)):
            reported.setdefault(suppression.place, suppression)
    return left + [_finding(s, today) for s in reported.values()]


def _matches(suppression: Suppression, finding: Finding) -> bool:
    """Return whether a suppression of the finding's app and rule is for its object."""
    kind, _, name = suppression.object.partition("/")
    return finding.subject == suppression.object or (name == "*" and finding.subject.startswith(f"{kind}/"))


def _finding(suppression: Suppression, today: str) -> Finding:
    what = f"the suppression of {suppression.rule} for {suppression.object}"
    if suppression.until < today:
        message, hint = f"{what} ended on {suppression.until}", "put the object right, or decide anew until when"
    else:
        message, hint = f"{what} suppresses nothing", "delete it"
    app = "" if suppression.shared else suppression.app
    return Finding(suppression.place, RULE, message, hint, WARNING if not suppression.until < today else "error", app)
