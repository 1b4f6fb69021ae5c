"""For GitHub Actions: an annotation for each finding, as workflow commands, and a summary.

GitHub shows ten errors and ten warnings of a step beside the changed lines; all of them are in its log.
https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from typing import TextIO

from ..finding import Finding, Report, count
from . import sentence


def write(report: Report, stream: TextIO) -> None:
    """Write `::error file=...,line=...,col=...,title=rule::what is wrong; what to write instead` lines."""
    stream.writelines(f"{_annotation(finding)}\n" for finding in report.findings)
    stream.write(f"{report.scope}: {count(report.errors, 'error')}, {count(report.warnings, 'warning')}\n")


def _annotation(finding: Finding) -> str:
    path, line, column = finding.place
    title = f"{finding.rule} ({finding.app})" if finding.app else finding.rule
    properties = {"file": path, "line": line, "col": column, "title": title}
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{finding.severity} {listed}::{_data(sentence(finding))}"


def _data(text: str) -> str:
    """Escape as the runner unescapes a message: it has no line breaks any more, see formats.writer."""
    return text.replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
