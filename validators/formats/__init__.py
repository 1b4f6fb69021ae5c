"""One file a format: `write(report, stream)`. The file's name is what --format takes.

What a format gets is safe to print: `writer` has replaced every character of a customer's that a terminal, a log or an
XML parser could take for more than text.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TextIO

from ..finding import ERROR, Finding, Place


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


def names() -> list[str]:
    """Return the names of the formats, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def writer(name: str) -> Callable[[Report, TextIO], None]:
    """Return the function that writes a report in the format `name`."""
    write = importlib.import_module(f"{__name__}.{name}").write

    def write_printable(report: Report, stream: TextIO) -> None:
        write(replace(report, findings=[_printable(finding) for finding in report.findings]), stream)

    return write_printable


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


def sentence(finding: Finding) -> str:
    """Return what is wrong and what to write instead, in one sentence."""
    return f"{what(finding)}; {finding.hint}" if finding.hint else what(finding)


def what(finding: Finding) -> str:
    """Return what is wrong, and with which objects where the same line is wrong for several."""
    if not finding.others:
        return finding.message
    return f"{finding.message} ({', '.join((finding.subject, *finding.others))})"


def count(number: int, word: str) -> str:
    """Return `1 app`, `2 apps`, `1,000 apps`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _printable(finding: Finding) -> Finding:
    path, line, column = finding.place
    return replace(
        finding,
        place=Place(printable(path), line, column),
        message=printable(finding.message),
        hint=printable(finding.hint),
        app=printable(finding.app),
        subject=printable(finding.subject),
        others=tuple(map(printable, finding.others)),
    )
