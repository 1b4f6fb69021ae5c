"""One file a format: `write(report, stream)`. The file's name is what --format takes.

What a format gets is safe to print: `writer` has replaced every character of a customer's that a terminal, a log or an
XML parser could take for more than text.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from typing import TextIO

from ..finding import Finding, Place, Report, printable


def names() -> list[str]:
    """Return the names of the formats, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def writer(name: str) -> Callable[[Report, TextIO], None]:
    """Return the function that writes a report in the format `name`."""
    write = importlib.import_module(f"{__name__}.{name}").write

    def write_printable(report: Report, stream: TextIO) -> None:
        write(replace(report, findings=[_printable(finding) for finding in report.findings]), stream)

    return write_printable


def sentence(finding: Finding) -> str:
    """Return what is wrong and what to write instead, in one sentence."""
    return f"{what(finding)}; {finding.hint}" if finding.hint else what(finding)


def what(finding: Finding) -> str:
    """Return what is wrong, and with which objects where the same line is wrong for several."""
    if not finding.others:
        return finding.message
    return f"{finding.message} ({', '.join((finding.subject, *finding.others))})"


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
