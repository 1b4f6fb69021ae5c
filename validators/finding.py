"""What a check reports: findings, each at a place in a file."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

ERROR = "error"
WARNING = "warning"
SEVERITIES = (ERROR, WARNING)


CUSTOMER, PLATFORM, LIBRARY = "customer", "platform", "library"
OWNERS = (CUSTOMER, PLATFORM, LIBRARY)
"""Whose file a finding is in."""


class Place(NamedTuple):
    """A place in a file of the tree: `path` is relative to the tree's root, line and column count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Advice(NamedTuple):
    """What to do about a finding, in the imperative, no full stop: which parts are said depends on whose file it is."""

    write: str
    """What the file's owner writes instead."""
    ask: str = ""
    """What a customer may ask the platform for, after "ask ... for": `more memory`. Empty where nobody else is needed."""
    platform: str = ""
    """What the platform writes in a file of its own, or the library's, where that is something else than `write`."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong, what to write instead, and where."""

    place: Place
    rule: str
    message: str
    hint: str = ""
    """What to write instead, and who can, in words for the owner of the file."""
    severity: str = ERROR
    app: str = ""
    """`customer/app`, empty for what belongs to no app."""
    subject: str = ""
    """The rendered object, `Kind/name`, where the finding is about one: what a suppression names."""
    others: tuple[str, ...] = ()
    """Further objects of which the same is said at the same place, see merged()."""
    owner: str = ""
    """Whose file it is in, one of OWNERS."""
    ask: str = ""
    """What only the platform can do about it, after "ask for", where it is in a customer's file."""

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON-able data, the place flattened into path, line and column."""
        data = asdict(self)
        path, line, column = data.pop("place")
        return {"path": path, "line": line, "column": column, **data}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Finding":
        """Undo as_dict."""
        data = dict(data)
        place = Place(data.pop("path"), data.pop("line"), data.pop("column"))
        return cls(place=place, others=tuple(data.pop("others")), **data)


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in order, with one for all that differ only in their object: one line is to be changed for it."""
    objects: dict[Finding, list[str]] = {}
    for finding in sorted(set(findings)):
        named = objects.setdefault(replace(finding, subject=""), [])
        named += [finding.subject] if finding.subject else []
    return sorted(
        replace(finding, subject=named[0], others=tuple(named[1:])) if named else finding
        for finding, named in objects.items()
    )


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run: findings in order, and how much was checked in how many seconds."""

    findings: list[Finding]
    apps: int
    files: int
    seconds: float
    colour: bool = False

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return sum(finding.severity == ERROR for finding in self.findings)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return len(self.findings) - self.errors

    @property
    def scope(self) -> str:
        """What was checked, for people: `3 apps, 24 files`."""
        return f"{count(self.apps, 'app')}, {count(self.files, 'file')}"


def printable(text: str) -> str:
    """Return `text` in one line, with `\\x1b` for an escape and the like: control, bidirectional, invisible characters.

    What is left is text in every format: no line can be added to a log, no terminal told to do something.
    """
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else _escape(char) for char in text)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def count(number: int, word: str) -> str:
    """Return `1 app`, `2 apps`, `1,000 apps`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
