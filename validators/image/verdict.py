"""What is checked, and what came out: a Verdict for each check, in the order of the contract."""

import json
from dataclasses import asdict, dataclass, field
from typing import TextIO

from tabulate import tabulate

OK = "ok"
FAILS = "fails"
WARNS = "warning"
"""Nothing that keeps the site from running here; told, and no reason to refuse the image."""
NOT_APPLICABLE = "not applicable"
NOT_REACHED = "not reached"

CHECKS = {
    "pulled": "The image can be pulled",
    "shell": "Has /bin/sh",
    "init-command": "Has /init, executable",
    "run-command": "Has /run, executable",
    "async-command": "Has /async, executable",
    "scheduler-command": "Has /scheduler, executable",
    "user": "Runs as any user, on read-only files",
    "init": "/init succeeds",
    "init-again": "/init a second time",
    "init-at-once": "/init twice at once, on an empty database",
    "database": "Uses the database it is given",
    "stays-up": "/run stays up",
    "listens": "Listens on [::]:8000 in time",
    "health": "Answers the health page",
    "pages": "Its pages can be opened",
    "static": "Serves CSS, scripts and images",
    "form": "Takes a form by HTTPS",
    "debug": "DEBUG is off",
    "secret-key": "SECRET_KEY comes from outside",
    "https": "Sends plain HTTP to HTTPS",
    "upload": "Keeps an upload and serves it",
    "load": "Answers under load",
    "stops": "/run ends well at SIGTERM",
    "worker": "/async stays up, and ends at SIGTERM",
    "task": "/async does a task that the site sends",
    "scheduler": "/scheduler stays up",
}
"""Every check by its id, with what people read."""


@dataclass(frozen=True)
class Verdict:
    """What one check says: OK, FAILS, WARNS or NOT_APPLICABLE, what was seen, and what to change."""

    check: str
    verdict: str
    seen: str
    change: str = ""


@dataclass
class Report:
    """The verdicts on an image, and the sizing.yaml that follows from what was measured."""

    image: str
    found: dict[str, Verdict] = field(default_factory=dict)
    sizing: str = ""
    logs: str = ""
    """The folder with the containers' whole logs."""
    seconds: float = 0

    def ok(self, check: str, seen: str) -> None:
        """Say that a check passes."""
        self.found.setdefault(check, Verdict(check, OK, seen))

    def fails(self, check: str, seen: str, change: str) -> None:
        """Say that a check fails; the first failure of a check stands."""
        if self.found.get(check, Verdict(check, OK, "")).verdict != FAILS:
            self.found[check] = Verdict(check, FAILS, seen, change)

    def warns(self, check: str, seen: str, change: str) -> None:
        """Say what should be changed, though it runs so; the first verdict of a check stands."""
        self.found.setdefault(check, Verdict(check, WARNS, seen, change))

    def skip(self, check: str, seen: str) -> None:
        """Say why a check doesn't apply."""
        self.found.setdefault(check, Verdict(check, NOT_APPLICABLE, seen))

    @property
    def verdicts(self) -> list[Verdict]:
        """A verdict for every check; those that were not reached say so."""
        return [self.found.get(check, Verdict(check, NOT_APPLICABLE, NOT_REACHED)) for check in CHECKS]

    @property
    def failed(self) -> list[str]:
        """The ids of the checks that fail."""
        return [verdict.check for verdict in self.verdicts if verdict.verdict == FAILS]


def write_text(report: Report, stream: TextIO) -> None:
    """Write a table for people, then what to change, then the sizes."""
    rows = [(CHECKS[one.check], one.verdict, one.seen) for one in report.verdicts]
    stream.write(
        tabulate(rows, ("Check", "Verdict", "Seen"), "simple", disable_numparse=True, maxcolwidths=[None, None, 64])
    )
    told = [one for verdict in (FAILS, WARNS) for one in report.verdicts if one.verdict == verdict]
    for number, one in enumerate(told, 1):
        stream.write(f"\n\n{number}. {CHECKS[one.check]}: {one.verdict}\n   {one.change}")
    stream.write("\n")
    if report.sizing:
        stream.write(f"\nA first sizing.yaml, from what was measured:\n\n{report.sizing}")
    if report.logs:
        stream.write(f"\nWhole logs: {report.logs}\n")
    stream.write(f"\n{report.image}: {_result(report)}, in {report.seconds:.0f} s\n")


def _result(report: Report) -> str:
    warned = sum(one.verdict == WARNS for one in report.verdicts)
    result = f"{len(report.failed)} to change" if report.failed else "keeps the image contract"
    return f"{result}, {warned} to look at" if warned else result


def write_json(report: Report, stream: TextIO) -> None:
    """Write one JSON object: image, ok, verdicts, sizing (the text of a sizing.yaml, empty if nothing was measured),
    logs (a folder) and seconds."""
    verdicts = [asdict(verdict) for verdict in report.verdicts]
    document = {
        "image": report.image,
        "ok": not report.failed,
        "verdicts": verdicts,
        "sizing": report.sizing,
        "logs": report.logs,
        "seconds": round(report.seconds),
    }
    json.dump(document, stream, indent=2)
    stream.write("\n")
