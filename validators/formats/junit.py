"""For CI systems that show test reports: a suite for each app with findings, a case for each finding.

Errors are failures; warnings pass, with their text as output. A clean run is one case that passed: no report at all
would look like a check that didn't run.
"""

from itertools import groupby
from typing import TextIO
from xml.etree import ElementTree as Xml

from ..finding import ERROR, Finding, Report
from . import sentence

TOOL = "django-hosting"


def write(report: Report, stream: TextIO) -> None:
    """Write one XML document with `testsuites` as its root."""
    cases = max(len(report.findings), 1)
    root = Xml.Element("testsuites", name=TOOL, **_counts(cases, report.errors), time=f"{report.seconds:.3f}")
    findings = sorted(report.findings, key=lambda finding: (finding.app, finding.place))
    for app, group in groupby(findings, key=lambda finding: finding.app):
        _suite(root, app or "the repository", list(group))
    if not findings:
        suite = Xml.SubElement(root, "testsuite", name=TOOL, **_counts(1, 0))
        Xml.SubElement(suite, "testcase", classname=TOOL, name=f"{report.scope}: no findings")
    Xml.indent(root)
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    stream.write(Xml.tostring(root, encoding="unicode") + "\n")


def _suite(root: Xml.Element, name: str, findings: list[Finding]) -> None:
    errors = sum(finding.severity == ERROR for finding in findings)
    suite = Xml.SubElement(root, "testsuite", name=name, **_counts(len(findings), errors))
    for finding in findings:
        path, line, _ = finding.place
        title = f"{finding.rule}: {finding.place}"
        case = Xml.SubElement(suite, "testcase", classname=name, name=title, file=path, line=str(line))
        text = f"{finding.place}: {finding.rule}: {sentence(finding)}"
        if finding.severity == ERROR:
            Xml.SubElement(case, "failure", type=finding.rule, message=sentence(finding)).text = text
        else:
            Xml.SubElement(case, "system-out").text = f"warning: {text}"


def _counts(tests: int, failures: int) -> dict[str, str]:
    return {"tests": str(tests), "failures": str(failures), "errors": "0", "skipped": "0"}
