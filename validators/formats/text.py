"""For people: a line for each finding, grouped by file, and a summary."""

from itertools import groupby
from typing import TextIO

from ..finding import ERROR, Finding
from . import Report

_RED, _YELLOW, _GREEN, _BOLD, _DIM, _PLAIN = (f"\x1b[{code}m" for code in ("31", "33", "32", "1", "2", "0"))


def write(report: Report, stream: TextIO) -> None:
    """Write `file:line:column: rule: what is wrong; what to write instead` lines and how many there are."""
    for index, (_, group) in enumerate(groupby(report.findings, key=lambda finding: finding.place.path)):
        if index:
            stream.write("\n")
        for finding in group:
            stream.write(_line(finding, report.colour) + "\n")
    if report.findings:
        stream.write("\n")
    stream.write(_summary(report) + "\n")


def _line(finding: Finding, colour: bool) -> str:
    message = f"{finding.message}; {finding.hint}" if finding.hint else finding.message
    if not colour:
        warning = "" if finding.severity == ERROR else "warning: "
        return f"{finding.place}: {finding.rule}: {warning}{message}"
    tint = _RED if finding.severity == ERROR else _YELLOW
    hint = f"{_DIM}; {finding.hint}{_PLAIN}" if finding.hint else ""
    return f"{_BOLD}{finding.place}{_PLAIN}: {tint}{finding.rule}{_PLAIN}: {finding.message}{hint}"


def _summary(report: Report) -> str:
    warnings = len(report.findings) - report.errors
    verdict = f"{_count(report.errors, 'error')}, {_count(warnings, 'warning')}" if report.findings else "no findings"
    if report.colour:
        verdict = f"{_RED if report.errors else _YELLOW if warnings else _GREEN}{verdict}{_PLAIN}"
    return f"{_count(report.apps, 'app')}, {_count(report.files, 'file')}, {report.seconds:.2f} s: {verdict}"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
