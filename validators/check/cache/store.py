"""Values by table and key, in a SQLite file in the user's cache directory, where no commit can write.

It is a cache: what can't be read isn't there, what can't be written is left out, and what nobody reads for a month goes.
"""

import contextlib
import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

RESULT, BASELINE, LAST = "result", "baseline", "last"
_TABLES = (RESULT, BASELINE, LAST)
_DAY = 86_400
_KEEP_SECONDS = 30 * _DAY
_MADE = 1
"""SQLite's user_version of a file that has the tables."""
_SWEPT = "swept"
"""The key in LAST whose age is that of the last look for what nobody reads: that reads all of the file."""


class Store:
    """The file. Use it as a context manager; one that can't be opened is as good as empty."""

    def __init__(self, *, enabled: bool = True) -> None:
        self._enabled = enabled
        self._connection: sqlite3.Connection | None = None
        self._used: list[tuple[str, str]] = []

    def __enter__(self) -> "Store":
        if self._enabled:
            with contextlib.suppress(sqlite3.Error, OSError):
                self._connection = _connect()
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is None:
            return
        now = int(time.time())
        with contextlib.suppress(sqlite3.Error), self._connection as connection:
            for table, key in self._used:
                connection.execute(f"UPDATE {table} SET used = ? WHERE key = ?", (now, key))  # noqa: S608 - of _TABLES
            fresh = connection.execute(f"SELECT 1 FROM {LAST} WHERE key = ? AND used > ?", (_SWEPT, now - _DAY))  # noqa: S608
            if not fresh.fetchone():
                for table in _TABLES:
                    connection.execute(f"DELETE FROM {table} WHERE used < ?", (now - _KEEP_SECONDS,))  # noqa: S608
                self.put(LAST, {_SWEPT: None})
        self._connection.close()
        self._connection = None

    def get(self, table: str, key: str) -> Any:
        """Return what was put under a key, or None."""
        if self._connection is None:
            return None
        try:
            query = f"SELECT value, used FROM {table} WHERE key = ?"  # noqa: S608 - of _TABLES
            row = self._connection.execute(query, (key,)).fetchone()
            value = json.loads(row[0]) if row else None
        except (sqlite3.Error, ValueError):
            return None
        if row and row[1] < time.time() - _DAY:  # a write a day keeps it from going
            self._used.append((table, key))
        return value

    def put(self, table: str, values: dict[str, Any]) -> None:
        """Keep JSON-able values by key, instead of what was there."""
        if self._connection is None:
            return
        rows = [(key, int(time.time()), json.dumps(value)) for key, value in values.items()]
        with contextlib.suppress(sqlite3.Error), self._connection as connection:
            connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", rows)  # noqa: S608 - of _TABLES


def _connect() -> sqlite3.Connection:
    folder = default_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = sqlite3.connect(folder / "results.sqlite", timeout=5)
    connection.execute("PRAGMA synchronous=OFF")
    if connection.execute("PRAGMA user_version").fetchone() != (_MADE,):
        connection.execute("PRAGMA journal_mode=WAL")
        for table in _TABLES:
            connection.execute(f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, used INTEGER, value TEXT)")
        connection.execute(f"PRAGMA user_version={_MADE}")
    return connection


def default_folder() -> Path:
    """Return the user's cache directory for this program."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache") / "django-hosting"
