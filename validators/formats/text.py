"""For people: a line for each finding, grouped by app, and a summary."""

from itertools import groupby
from typing import TextIO

from ..finding import ERROR, Finding, Report, count
from . import sentence, what

_RED, _YELLOW, _GREEN, _BOLD, _DIM, _PLAIN = (f"\x1b[{code}m" for code in ("31", "33", "32", "1", "2", "0"))


def write(report: Report, stream: TextIO) -> None:
    """Write `file:line:column: rule: what is wrong; what to write instead` under each app, and how many there are."""
    findings = sorted(report.findings, key=lambda finding: (finding.app, finding.place))
    for app, group in groupby(findings, key=lambda finding: finding.app):
        title = app or "the repository"
        stream.write(f"{_BOLD}{title}{_PLAIN}\n" if report.colour else f"{title}\n")
        stream.writelines(f"{line(finding, report.colour)}\n" for finding in group)
        stream.write("\n")
    stream.write(_summary(report) + "\n")


def line(finding: Finding, colour: bool = False) -> str:
    """Return the one line that a finding is printed as."""
    if not colour:
        warning = "" if finding.severity == ERROR else "warning: "
        return f"{finding.place}: {finding.rule}: {warning}{sentence(finding)}"
    tint = _RED if finding.severity == ERROR else _YELLOW
    hint = f"{_DIM}; {finding.hint}{_PLAIN}" if finding.hint else ""
    return f"{_BOLD}{finding.place}{_PLAIN}: {tint}{finding.rule}{_PLAIN}: {what(finding)}{hint}"


def _summary(report: Report) -> str:
    verdict = "no findings"
    if report.findings:
        verdict = f"{count(report.errors, 'error')}, {count(report.warnings, 'warning')}"
    if report.colour:
        verdict = f"{_RED if report.errors else _YELLOW if report.warnings else _GREEN}{verdict}{_PLAIN}"
    return f"{report.scope}, {report.seconds:.2f} s: {verdict}"
