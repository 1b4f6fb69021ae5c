"""How long points of a backup are kept, and how often they are tried: `backups` in the facts of the cluster.

A length of time is restic's: `1y2m7d3h`, https://restic.readthedocs.io/en/stable/060_forget.html.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

PATH = "backups"
KEEP = ("all", "daily", "weekly", "monthly")
"""Points that are kept: all of so long, then the last one of each day, week and month of so long."""
DRILL = "drilledWithin"
_SPAN = re.compile(r"(?=.)(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)d)?(?:(\d+)h)?")
_DAYS = (365, 30, 1, 0)


class Retention(NamedTuple):
    """What the facts say: `keep` by the names of KEEP, `drilled_within` in days."""

    keep: dict[str, str]
    drilled_within: int


def days(span: str) -> int:
    """Return the days of a length of time, at the least. Raises ValueError for what restic doesn't read."""
    found = _SPAN.fullmatch(span)
    if not found:
        raise ValueError(f"{span} is no length of time")
    return sum(int(number or 0) * size for number, size in zip(found.groups(), _DAYS, strict=True))


def problems(value: object) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield what is wrong with `backups`: where below it, what, and what to write."""
    if not isinstance(value, dict):
        yield (
            (),
            "is missing",
            "write keep and drilledWithin below it, as the library's overlays/cluster/facts.yaml does",
        )
        return
    keep, cycle = value.get("keep"), value.get(DRILL)
    spans = dict(keep) if isinstance(keep, dict) else {}
    longest = 0
    for name in KEEP:
        try:
            longest = max(longest, days(str(spans.get(name, ""))))
        except ValueError:
            yield ("keep", name), "is no length of time", "write one, as 14d, 2m or 1y"
    for name in sorted(set(map(str, spans)) - set(KEEP)):
        yield ("keep", name), "is nothing that points are kept by", f"write {', '.join(KEEP)}"
    if not isinstance(cycle, int) or isinstance(cycle, bool) or cycle < 1:
        yield (DRILL,), "is no number of days", "write one, as 30"
    elif cycle >= longest:
        message = f"is {cycle} days, and no point is kept longer than {longest}: none is left that a drill has seen"
        yield (DRILL,), message, "write fewer days, or keep points longer"


def read(value: object) -> Retention | None:
    """Return what `backups` says, None where something is wrong with it."""
    if not isinstance(value, dict) or any(problems(value)):
        return None
    return Retention({name: str(value["keep"][name]) for name in KEEP}, value[DRILL])
