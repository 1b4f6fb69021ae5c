"""One app's retention: points are thinned by the keep rules, each as one, and what is left is read back.

Whoever has the app's own key can add points with any time. So restic's rules are of the last days, weeks and months
(`--keep-within-*`: no number of points ages others out), and a point that appears with a time before the last look stops the
app's retention: it would take the place of the one that is truly of that day.
"""

import time
from dataclasses import dataclass, replace

from .points import MANIFEST, TAG, Point, group, manifest
from .problem import BackupProblem
from .repository import Repository

DAY = 86400
PRUNE_DAYS = 7
PARTS = 12
"""A prune is followed by a check that reads one of so many parts of the data: all of it in as many weeks."""
_RUN_SECONDS = 8 * 3600  # a backup's Job is ended after six hours
_LEFT_SECONDS = 2 * DAY
_AHEAD_SECONDS = 3600


@dataclass(frozen=True)
class Kept:
    """What retention knows of an app, for the next time and for the report. Times in seconds since 1970, 0: never."""

    since: float
    """When the app was first looked at."""
    looked: float = 0
    done: float = 0
    """When its retention last succeeded: what was to go is gone, what was to stay is there."""
    pruned: float = 0
    part: int = 0
    points: tuple[str, ...] = ()
    newest: float = 0
    size: int = 0
    """Bytes of the newest point's dump and files."""
    removed: int = 0
    seconds: float = 0
    problem: str = ""


def keep(repository: Repository, rules: dict[str, str], before: Kept, now: float) -> Kept:
    """Return what is known after a turn; what went wrong is in `problem`."""
    started = time.monotonic()
    known = replace(before, removed=0, problem="")
    try:
        repository.reach()
        repository.unlock()
        points = group(repository.snapshots())
        whole = [point for point in points if point.whole]
        _refuse_faked(whole, known, now)
        doomed = _doomed(repository, points, rules, now)
        if doomed:
            repository.forget([one.id for point in doomed for one in point.parts.values()])
        known = _read_back(repository, points, doomed, known, now)
        if now - known.pruned > PRUNE_DAYS * DAY - DAY / 2:
            part = known.part % PARTS + 1
            repository.prune()
            repository.check(part, PARTS)
            known = replace(known, pruned=now, part=part)
    except BackupProblem as problem:
        return replace(known, problem=str(problem), seconds=time.monotonic() - started)
    return replace(known, done=now, seconds=time.monotonic() - started)


def _refuse_faked(whole: list[Point], known: Kept, now: float) -> None:
    for point in whole:
        late = known.looked and point.name not in known.points and point.time < known.looked - _RUN_SECONDS
        if late or point.time > now + _AHEAD_SECONDS:
            when = "wasn't there at the last look, which was after its time" if late else "is of a time to come"
            raise BackupProblem(f"point {point.name} {when}: look who has made it; until it is gone nothing is removed")


def _doomed(repository: Repository, points: list[Point], rules: dict[str, str], now: float) -> list[Point]:
    """Return the points that the rules let go, and what runs left that broke off two days ago."""
    outdated = repository.outdated(TAG, rules)
    return [
        point
        for point in points
        if (point.parts[MANIFEST].id in outdated if point.whole else point.time < now - _LEFT_SECONDS)
    ]


def _read_back(repository: Repository, points: list[Point], doomed: list[Point], known: Kept, now: float) -> Kept:
    """Return what is there now. Raises BackupProblem where it isn't what was to be left."""
    left = repository.snapshots()
    ids = {one.id for one in left}
    gone = {one.id for point in doomed for one in point.parts.values()}
    if stayed := gone & ids:
        raise BackupProblem(f"{len(stayed)} snapshots that were to go are still there: may the platform's key delete?")
    lost = [
        point.name for point in points if point not in doomed and any(one.id not in ids for one in point.parts.values())
    ]
    if lost:
        raise BackupProblem(f"points have gone that were to stay: {', '.join(lost[:5])}")
    whole = [point for point in group(left) if point.whole]
    known = replace(
        known, looked=now, points=tuple(point.name for point in whole), removed=len(doomed), newest=0, size=0
    )
    if not whole:
        return known
    newest = whole[-1]
    document = repository.document(newest.parts[MANIFEST].id, "/manifest.json")
    return replace(known, newest=newest.time, size=manifest(document, newest.name).bytes)
