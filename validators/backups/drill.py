"""One app's drill: its newest point is restored into a throw-away database, its files are read, and both are compared with the
manifest. No image and no secret of the customer takes part."""

import tarfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path

from ..finding import printable
from .points import DATABASE, MANIFEST, MEDIA, Manifest, Point, group, manifest
from .problem import BackupProblem
from .repository import Repository
from .retention import DAY
from .throwaway import Throwaway

_NAMED = 3


@dataclass(frozen=True)
class Drilled:
    """What drills know of an app, for the next time and for the report. Times in seconds since 1970, 0: never."""

    since: float
    """When the app was first seen."""
    tried: float = 0
    good: float = 0
    """When a drill last succeeded, `point` which point it restored."""
    point: str = ""
    tables: int = 0
    rows: int = 0
    files: int = 0
    size: int = 0
    seconds: float = 0
    problem: str = ""


def due(apps: Mapping[str, Drilled], drilled_within: int, now: float) -> list[str]:
    """Return the apps to drill this night: those whose last good one is older than half the cycle, the oldest first.

    At most twice as many as a steady pace needs, so that a night that failed is made up for, and a new fleet is spread.
    """
    old = [name for name, known in apps.items() if now - known.good > drilled_within * DAY / 2]
    most = ceil(2 * len(apps) / drilled_within)
    return sorted(old, key=lambda name: (apps[name].good, apps[name].tried, name))[:most]


def drill(repository: Repository, throwaway: Throwaway, tables: Path, before: Drilled, now: float) -> Drilled:
    """Return what is known after a drill; what went wrong is in `problem`. tables: the script that counts rows."""
    started = time.monotonic()
    known = replace(before, tried=now)
    try:
        repository.reach()
        point = _newest(group(repository.snapshots()))
        wanted = manifest(repository.document(point.parts[MANIFEST].id, "/manifest.json"), point.name)
        known = replace(known, point=point.name, size=wanted.bytes)
        rows = _database(repository, throwaway, tables, point, wanted)
        known = replace(known, tables=len(rows), rows=sum(rows.values()), files=0)
        if wanted.files is not None:
            known = replace(known, files=_files(repository, point, wanted))
    except BackupProblem as problem:
        return replace(known, problem=str(problem), seconds=time.monotonic() - started)
    return replace(known, good=now, problem="", seconds=time.monotonic() - started)


def _newest(points: list[Point]) -> Point:
    whole = [point for point in points if point.whole]
    if not whole:
        raise BackupProblem("there is no point")
    return whole[-1]


def _part(point: Point, name: str) -> str:
    if name not in point.parts:
        raise BackupProblem(f"point {point.name} has a manifest and no {name}")
    return point.parts[name].id


def _database(
    repository: Repository, throwaway: Throwaway, tables: Path, point: Point, wanted: Manifest
) -> dict[tuple[str, str], int]:
    with repository.stream(_part(point, DATABASE), "/database.dump") as dump:
        throwaway.restore(dump, wanted)
    rows = throwaway.rows(tables)
    if rows != wanted.tables:
        differing = sorted(name for name in rows.keys() | wanted.tables if rows.get(name) != wanted.tables.get(name))
        told = [f"{'.'.join(name)} {_rows(rows, name)} instead of {_rows(wanted.tables, name)}" for name in differing]
        more = f" and {len(told) - _NAMED} more tables" if len(told) > _NAMED else ""
        raise BackupProblem(f"rows aren't those of the manifest: {', '.join(told[:_NAMED])}{more}")
    return rows


def _rows(tables: Mapping[tuple[str, str], int], name: tuple[str, str]) -> str:
    return f"{tables[name]} rows" if name in tables else "no table"


def _files(repository: Repository, point: Point, wanted: Manifest) -> int:
    """Read all files, as tar and to no disk: restic compares each piece with its checksum. Returns how many there are."""
    files = size = 0
    with repository.stream(_part(point, MEDIA), "/") as stream:
        try:
            with tarfile.open(fileobj=stream, mode="r|") as archive:
                while member := archive.next():
                    archive.members.clear()  # else it remembers every one
                    files += member.isreg()
                    size += member.size
        except tarfile.TarError as error:
            raise BackupProblem(f"the files can't be read to their end: {printable(str(error))}") from None
    if (files, size) != (wanted.files, wanted.file_bytes):
        raise BackupProblem(
            f"there are {files} files of {size} bytes, and the manifest has {wanted.files} of {wanted.file_bytes}"
        )
    return files
