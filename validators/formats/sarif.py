"""For code scanning (GitHub, GitLab, editors): SARIF 2.1.0 with the rules' pages.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

from .. import rules
from ..finding import Finding, Report
from . import sentence

_PAGES = Path(__file__).resolve().parents[2] / "docs" / "rules"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def write(report: Report, stream: TextIO) -> None:
    """Write one SARIF log with one run."""
    known = rules.every()
    ids = sorted({*known, *(finding.rule for finding in report.findings)})
    run = {
        "tool": {
            "driver": {
                "name": "django-hosting",
                "rules": [_descriptor(known[id_]) if id_ in known else {"id": id_} for id_ in ids],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": list(_results(report.findings, {id_: index for index, id_ in enumerate(ids)})),
    }
    json.dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, stream, indent=2)
    stream.write("\n")


def _descriptor(rule: rules.Rule) -> dict[str, Any]:
    page = rule.doc.strip()
    return {
        **({"helpUri": f"{_docs()}/{rule.id}.md"} if _docs() else {}),
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title}: {rule.hint}"},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": rule.severity},
    }


@cache
def _docs() -> str:
    """Return the address of docs/rules in the repository that CI checks out, "" where there is none: an installed
    package has no docs beside it."""
    if not _PAGES.is_dir():
        return ""
    env = os.environ
    if url := env.get("CI_PROJECT_URL"):  # GitLab
        return f"{url}/-/blob/{env.get('CI_COMMIT_SHA', 'HEAD')}/docs/rules"
    if repository := env.get("GITHUB_REPOSITORY"):  # GitHub, Gitea, Forgejo
        server = env.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{repository}/blob/{env.get('GITHUB_SHA', 'HEAD')}/docs/rules"
    return ""


def _results(findings: list[Finding], indices: dict[str, int]) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for finding in findings:
        fingerprint = _fingerprint(finding)
        seen[fingerprint] += 1
        path, line, column = finding.place
        location: dict[str, Any] = {
            "physicalLocation": {
                "artifactLocation": {"uri": quote(path), "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": line, "startColumn": column},
            }
        }
        names = ["/".join(filter(None, (finding.app, subject))) for subject in (finding.subject, *finding.others)]
        if any(names):
            location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "resource"} for name in names]
        yield {
            "ruleId": finding.rule,
            "ruleIndex": indices[finding.rule],
            "level": finding.severity,
            # "[text](target)" is a link in SARIF; nobody's file gets to put one into an alert.
            "message": {"text": sentence(finding).replace("](", "] (")},
            "locations": [location],
            "partialFingerprints": {"finding/v1": f"{fingerprint}:{seen[fingerprint]}"},
        }


def _fingerprint(finding: Finding) -> str:
    """Return what stays the same when lines move, so that an alert isn't closed and opened again."""
    parts = (finding.rule, finding.place.path, finding.app, finding.subject, finding.message)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
