"""What a run says: a line for each app as it goes, a table at its end, and the metrics of its alerts."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from tabulate import tabulate

from ..finding import printable
from .drill import Drilled
from .retention import PARTS, Kept
from .store import Metric


def kept_table(records: Mapping[str, Kept]) -> str:
    """Return what retention knows, as a table for people."""
    rows = [
        [
            app,
            len(one.points),
            day(one.newest),
            size(one.size),
            one.removed,
            f"{one.part}/{PARTS}",
            f"{one.seconds:.0f} s",
            verdict(one.problem),
        ]
        for app, one in sorted(records.items())
    ]
    head = ["app", "points", "newest", "size", "removed", "read", "took", ""]
    return tabulate(rows, head, disable_numparse=True)


def drilled_table(records: Mapping[str, Drilled]) -> str:
    """Return what drills know, as a table for people."""
    rows = [
        [
            app,
            day(one.good),
            one.point,
            one.tables,
            one.rows,
            one.files,
            size(one.size),
            f"{one.seconds:.0f} s",
            verdict(one.problem),
        ]
        for app, one in sorted(records.items())
    ]
    head = ["app", "last good", "point", "tables", "rows", "files", "size", "took", ""]
    return tabulate(rows, head, disable_numparse=True)


def kept_metrics(records: Mapping[str, Kept], expected: Iterable[str], now: float) -> list[Metric]:
    """Return the gauges of retention. expected: the apps that are to make points."""
    wanted = set(expected)
    return [
        ("retention_run_timestamp_seconds", "When backup-retention last ran, whatever came of it.", {"": now}),
        (
            "expected",
            "1 where new points are expected, 0 for a suspended app.",
            {app: app in wanted for app in records},
        ),
        (
            "looked_timestamp_seconds",
            "When the points were last listed.",
            {app: one.looked for app, one in records.items() if one.looked},
        ),
        ("listed_timestamp_seconds", "When the app was first seen.", {app: one.since for app, one in records.items()}),
        (
            "point_timestamp_seconds",
            "Of the newest point.",
            {app: one.newest for app, one in records.items() if one.newest},
        ),
        (
            "point_bytes",
            "Dump and files of the newest point.",
            {app: one.size for app, one in records.items() if one.newest},
        ),
        ("points", "Whole points.", {app: len(one.points) for app, one in records.items()}),
        (
            "retention_timestamp_seconds",
            "When retention last had its effect, read back; or the app was first seen.",
            {app: one.done or one.since for app, one in records.items()},
        ),
        (
            "retention_failed",
            "1 where the last retention failed.",
            {app: bool(one.problem) for app, one in records.items()},
        ),
    ]


def drilled_metrics(records: Mapping[str, Drilled], drilled_within: int, now: float) -> list[Metric]:
    """Return the gauges of drills. An app that was never drilled has the time it was first seen."""
    return [
        ("drill_run_timestamp_seconds", "When backup-drill last ran, whatever came of it.", {"": now}),
        ("drill_cycle_days", "Within how many days every app is to be drilled.", {"": drilled_within}),
        (
            "drill_timestamp_seconds",
            "Of the last good drill, or when the app was first seen.",
            {app: one.good or one.since for app, one in records.items()},
        ),
        ("drill_failed", "1 where the last drill failed.", {app: bool(one.problem) for app, one in records.items()}),
    ]


def day(moment: float) -> str:
    """Return a time in UTC, to the minute."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M}" if moment else "never"


def size(number: float) -> str:
    """Return bytes in the largest unit that leaves a whole number."""
    for unit in ("B", "KiB", "MiB"):
        if number < 1024:
            return f"{number:.0f} {unit}"
        number /= 1024
    return f"{number:.1f} GiB"


def verdict(problem: str) -> str:
    """Return how it went."""
    return f"FAILED: {printable(problem)}" if problem else "good"
