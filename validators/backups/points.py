"""From a repository's snapshots to points: what carries one tag `point=`, and is whole where it has a manifest."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from .problem import BackupProblem

MANIFEST, DATABASE, MEDIA = "manifest", "database", "media"
TAG = f"part={MANIFEST}"
"""Of the snapshot that makes the others of its point a point."""
_TAG = re.compile(r"(point|part)=([A-Za-z0-9-]+)")


@dataclass(frozen=True)
class Snapshot:
    """One of restic's: `time` is what its maker says, in seconds since 1970."""

    id: str
    time: float
    tags: frozenset[str]


@dataclass
class Point:
    """The parts of one run of a backup, by their names."""

    name: str
    time: float
    parts: dict[str, Snapshot] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        """Whether there is a manifest, which is stored last."""
        return MANIFEST in self.parts


def group(snapshots: Iterable[Snapshot]) -> list[Point]:
    """Return the points, and what runs that broke off have left, by time; not what somebody stored by hand."""
    found: dict[str, Point] = {}
    for one in snapshots:
        tags = dict(match.groups() for tag in one.tags if (match := _TAG.fullmatch(tag)))
        if tags.keys() >= {"point", "part"}:
            point = found.setdefault(tags["point"], Point(tags["point"], one.time))
            point.parts[tags["part"]] = one
    return sorted(found.values(), key=lambda point: (point.time, point.name))


@dataclass(frozen=True)
class Manifest:
    """What a point says of itself: rows by (schema, table); files and their bytes, None where there are none."""

    server: str
    encoding: str
    extensions: tuple[str, ...]
    tables: dict[tuple[str, str], int]
    database_bytes: int
    files: int | None
    file_bytes: int

    @property
    def bytes(self) -> int:
        """The size of the dump and the files."""
        return self.database_bytes + self.file_bytes


def manifest(document: object, point: str) -> Manifest:
    """Return what manifest.json says. Raises BackupProblem where it isn't one of this point."""
    try:
        if (document["format"], document["point"]) != (1, point):
            raise BackupProblem(
                f"the manifest of {point} is of format {document['format']}, of point {document['point']}"
            )
        database, media = document["database"], document["media"]
        return Manifest(
            str(database["server"]),
            str(database["encoding"]),
            tuple(map(str, database["extensions"] or ())),
            {(schema, table): int(rows) for schema, table, rows in database["tables"]},
            int(database["bytes"]),
            None if media is None else int(media["files"]),
            0 if media is None else int(media["bytes"]),
        )
    except (KeyError, TypeError, ValueError):
        raise BackupProblem(f"the manifest of {point} isn't what the backup writes") from None
