"""For programs: one JSON object, `version`, `summary` and `findings`."""

import json
from typing import TextIO

from ..finding import Report

VERSION = 1
"""Of the object's shape: grows when a key goes or changes its meaning, not when one is added."""


def write(report: Report, stream: TextIO) -> None:
    """Write the report as one JSON object, every finding with the same keys."""
    summary = {
        "apps": report.apps,
        "files": report.files,
        "errors": report.errors,
        "warnings": report.warnings,
        "seconds": round(report.seconds, 3),
    }
    findings = [finding.as_dict() for finding in report.findings]
    json.dump({"version": VERSION, "summary": summary, "findings": findings}, stream, indent=2)
    stream.write("\n")
