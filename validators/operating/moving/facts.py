"""What a database holds, as the scripts in sql/ print it."""

import json
from dataclasses import dataclass, field

from .place import MoveProblem

FRAMEWORK = frozenset({"django_migrations", "django_content_type", "auth_permission", "django_site"})
"""The tables that a fresh app's /init fills."""


@dataclass
class Facts:
    """A database.

    version: major, of its server.  bytes, volume: its size, and that of all databases beside it.  tables: rows by name.
    sequences: last value by name.
    """

    version: int = 0
    encoding: str = ""
    collation: str = ""
    bytes: int = 0
    volume: int = 0
    extensions: list[str] = field(default_factory=list)
    available: list[str] = field(default_factory=list)
    settings: list[str] = field(default_factory=list)
    tables: dict[str, int] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    large_objects: int = 0

    def used(self) -> dict[str, int]:
        """Return the tables with rows that no fresh app has."""
        return {name: rows for name, rows in self.tables.items() if rows and name.partition(".")[2] not in FRAMEWORK}


def parse(printed: bytes, where: str) -> Facts:
    """Return what the scripts printed. Raises MoveProblem."""
    facts = Facts()
    for line in printed.splitlines():
        try:
            what, *rest = json.loads(line)
        except (ValueError, TypeError):
            raise MoveProblem(f"{where}: psql printed {line[:80]!r} among what it was asked for") from None
        if what == "database":
            facts.version, facts.encoding = rest[0]["version"], rest[0]["encoding"]
            facts.collation, facts.bytes, facts.volume = rest[0]["collation"], rest[0]["bytes"], int(rest[0]["volume"])
        elif what == "table":
            facts.tables[rest[0]] = rest[1]
        elif what == "sequence":
            facts.sequences[rest[0]] = rest[1]
        elif what == "large objects":
            facts.large_objects = rest[0]
        else:
            {"extension": facts.extensions, "available": facts.available, "setting": facts.settings}[what].append(
                rest[0]
            )
    return facts


def same_collation(one: str, other: str) -> bool:
    """Tell whether two names are of one collation: de_CH.UTF-8 is de_CH.utf8, and C is POSIX."""
    plain = [name.lower().replace("-", "").replace("posix", "c").partition("@")[0] for name in (one, other)]
    return plain[0] == plain[1]
