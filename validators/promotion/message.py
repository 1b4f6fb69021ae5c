"""The texts of promotion: the commit in the platform's repository, and what the customer reads."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import StringIO

from .. import formats
from ..finding import CUSTOMER, PLATFORM, Finding, Place, Report, count, printable
from ..formats import text
from ..policy.contact import Contact
from ..rules.source import feature_not_sized
from ..sources.folder import KUSTOMIZATION

COMMIT, AUTHOR = "Hosting-Commit", "Hosting-Author"
"""Trailers that are read again."""
ANOTHER = "another customer's app"
_SUBJECT = 100
"""Characters of the customer's own subject."""


@dataclass(frozen=True)
class Origin:
    """From where a commit comes. Author and subject are what it says of itself."""

    url: str
    commit: str
    author: str
    subject: str


def read(raw: bytes, url: str, commit: str) -> Origin:
    """Return what the text of a commit object says: in one line each, nothing that could be taken for a trailer."""
    header, _, body = raw.decode(errors="replace").partition("\n\n")
    found = re.search(r"^author (.*) -?\d+ [+-]\d+$", header, re.M)
    author = printable(found[1].strip())[:200] if found else "unknown"
    return Origin(url, commit, author, printable(body.strip().partition("\n")[0])[:_SUBJECT] or "no subject")


def commit(app: str, origin: Origin, verdict: str, *, changes: str = "", approved: str = "", pinned: str = "") -> str:
    """Return the message of a promotion: subject, what changes as text, and the trailers, which are the last paragraph."""
    trailers = {
        "Hosting-Repository": origin.url,
        COMMIT: origin.commit,
        AUTHOR: origin.author,
        "Hosting-Verdict": verdict,
        "Hosting-Pinned": pinned,
        "Hosting-Approved-By": approved,
    }
    lines = "".join(f"{key}: {printable(value)}\n" for key, value in trailers.items() if value)
    # Indented: whatever a customer's names and values are, no line of theirs begins like a trailer.
    indented = "".join(f"    {line}\n".replace("     \n", "\n") for line in changes.splitlines())
    return f"{app}: {origin.subject}\n\n{indented}{chr(10) if indented else ''}{lines}"


def verdict(report: Report) -> str:
    """Return the trailer's words for a report."""
    return f"passed, {count(report.warnings, 'warning')}"


def for_customer(report: Report, app: str, others: Iterable[str], contact: Contact) -> Report:
    """Return a report of what its customer can do something about, in paths of their repository, and naming no other
    customer's app: what stands in their files, and which of their features the platform hasn't granted."""
    folder = f"overlays/customers/{app}/"
    customer = app.partition("/")[0]
    foreign = [name for name in others if not name.startswith(f"{customer}/")]
    own = [_own(finding, folder, foreign) for finding in report.findings if finding.owner == CUSTOMER]
    asked = f"ask {contact} for it, or delete the component"
    own += [
        replace(finding, place=Place(KUSTOMIZATION), hint=asked)
        for finding in report.findings
        if finding.owner == PLATFORM and finding.rule == feature_not_sized.ID
    ]
    return replace(report, findings=own, colour=False)


def _own(finding: Finding, folder: str, foreign: list[str]) -> Finding:
    message, hint = finding.message, finding.hint
    for name in foreign:
        if name in message or name in hint:
            message, hint = (_without(words, name) for words in (message, hint))
    path = finding.place.path.removeprefix(folder)
    return replace(finding, message=message, hint=hint, place=finding.place._replace(path=path))


def _without(words: str, name: str) -> str:
    return re.sub(rf"(?<![a-z0-9/-]){re.escape(name)}(?![a-z0-9/-])", ANOTHER, words)


def printed(report: Report) -> str:
    """Return a report as text."""
    stream = StringIO()
    formats.writer(text.__name__.rpartition(".")[2])(report, stream)
    return stream.getvalue()
