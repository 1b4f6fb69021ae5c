"""Schedules of CronJobs, as Kubernetes reads them: five fields of cron, or a name such as @daily."""

import re
import zoneinfo
from typing import NamedTuple

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_NAMED = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_PART = re.compile(r"(\*|\?|\w+)(?:-(\w+))?(?:/(\d+))?")


class _Field(NamedTuple):
    what: str
    first: int
    last: int
    names: tuple[str, ...] = ()
    """The words for the numbers from `first` on."""


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _DAYS),
)


class ScheduleProblem(ValueError):
    """A schedule that the API server refuses, or that never comes; the message follows "schedule '...': "."""


class Schedule(NamedTuple):
    """The numbers of each field."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]


def parse(text: str) -> Schedule:
    """Return what a schedule says. Raises ScheduleProblem."""
    fields = _NAMED.get(text, text).split()
    if len(fields) != len(_FIELDS):
        hint = "write five: minute, hour, day of the month, month, day of the week"
        raise ScheduleProblem(f"has {len(fields)} {'field' if len(fields) == 1 else 'fields'}; {hint}")
    schedule = Schedule(*(_numbers(text, field) for text, field in zip(fields, _FIELDS, strict=True)))
    any_day = fields[2][0] in "*?" and fields[4][0] in "*?"
    if fields[4][0] in "*?" and not any_day and min(schedule.days) > max(_LONGEST[m - 1] for m in schedule.months):
        raise ScheduleProblem("never comes: no such month has that day")
    return schedule


def known_zone(name: str) -> bool:
    """Whether there is a time zone of this name; all are known where this machine has no list of them."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return not zoneinfo.available_timezones()
    return True


def _numbers(text: str, field: _Field) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if not match:
            raise ScheduleProblem(f"{part[:40]!r} is no {field.what}")
        start, end, step = match.groups()
        if start in "*?":
            first, last = field.first, field.last
        else:
            first = _number(start, field)
            last = _number(end, field) if end else field.last if step else first
        if first > last:
            raise ScheduleProblem(f"{part[:40]!r} goes backwards; write two ranges with a comma between them")
        if step is not None and int(step) == 0:
            raise ScheduleProblem(f"{part[:40]!r} has a step of 0")
        found.update(range(first, last + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, field: _Field) -> int:
    if text.lower() in field.names:
        return field.names.index(text.lower()) + field.first
    if not (text.isascii() and text.isdecimal()) or not field.first <= int(text) <= field.last:
        hint = "; Sunday is 0" if field.names is _DAYS and text == "7" else ""
        raise ScheduleProblem(f"{text[:40]!r} is no {field.what}, which goes from {field.first} to {field.last}{hint}")
    return int(text)
