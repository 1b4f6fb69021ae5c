"""Results of earlier runs, by the content of everything that they follow from.

The key is a hash of the app's files, the library, this package, and the programs in use: nothing that changes a verdict
is left out, so an entry never has to be called back. It lies in the user's cache directory, where no commit can write.
Folders whose state (stat_digest.py) is that of the last run aren't read again: their hash is kept with it. What each app claimed
in its last run is kept in one entry, for those who need a hint at once.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from ..app.suppress import Suppression
from ..finding import Finding, Place
from ..sources import stat_digest
from ..sources.tree import Tree, zone_paths
from ..sources.walk import read
from .engine import Result

_PACKAGE = Path(__file__).parents[1]
_TABLES = ("result", "baseline", "last")
_KEEP_SECONDS = 30 * 86400
_LIBRARIES = ("pyyaml-", "jsonschema_rs-")


class Cache:
    """A SQLite file of results. Use it as a context manager; one that can't be opened is as good as empty."""

    def __init__(self, tree: Tree, *, enabled: bool = True, few: bool = False, folder: Path | None = None) -> None:
        """`few`: for who asks for few apps, whose folders are read sooner than the states of all."""
        self._tree = tree
        self._few = few
        self._folder = folder or default_folder()
        self.enabled = enabled
        self._connection = None
        self._used: list[str] = []
        self._folders: dict[str, tuple[str, str]] = {}
        """State and digest of the apps' folders, by path."""
        self._facts: dict[str, dict] = {}
        """What the apps claim, by name, as of their last run."""
        self._learned = False

    def __enter__(self) -> "Cache":
        if not self.enabled:
            return self
        import sqlite3

        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            connection = sqlite3.connect(self._folder / "results.sqlite", timeout=5)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=OFF")
            for table in _TABLES:
                connection.execute(
                    f"CREATE TABLE IF NOT EXISTS {table} (key TEXT PRIMARY KEY, used INTEGER, value TEXT)"
                )
            self._connection = connection
            self._facts = self._read_last("facts")
            self._folders = {} if self._few else self._read_last("folders")
        except (sqlite3.Error, OSError):
            self._connection = None
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection is None:
            return
        import sqlite3

        now = int(time.time())
        try:
            with self._connection as connection:
                connection.executemany("UPDATE result SET used = ? WHERE key = ?", [(now, key) for key in self._used])
                for table in _TABLES:
                    connection.execute(f"DELETE FROM {table} WHERE used < ?", (now - _KEEP_SECONDS,))  # noqa: S608
            if self._learned:
                self._keep(f"facts {self._tree.root}", self._common, json.dumps(self._facts))
                if not self._few:
                    self._keep(f"folders {self._tree.root}", self._common, json.dumps(self._folders))
        except sqlite3.Error:
            pass  # another process is at it: its entries are as good
        self._connection.close()
        self._connection = None

    def get(self, name: str) -> Result | None:
        """Return the result of an app whose files are as they were, or None."""
        if self._connection is None:
            return None
        import sqlite3

        key = self._key(name, self._digests(name))
        try:
            row = self._connection.execute("SELECT value, used FROM result WHERE key = ?", (key,)).fetchone()
            data = json.loads(row[0]) if row else None
            if data is None or data["name"] != name:
                return None
        except (sqlite3.Error, ValueError, KeyError, TypeError):
            return None
        if row[1] < time.time() - 86400:  # a write a day keeps it from expiring
            self._used.append(key)
        findings = [Finding.from_dict(finding) for finding in data["findings"]]
        suppressions = [Suppression(**{**s, "place": Place(*s["place"])}) for s in data["suppressions"]]
        self._remember(name, data["facts"])
        return Result(name, data["files"], findings, data["facts"], suppressions)

    def put(self, result: Result) -> None:
        """Keep a result, as that of what was read for it."""
        if self._connection is None:
            return
        import sqlite3

        findings = [finding.as_dict() for finding in result.findings]
        value = json.dumps(
            {
                "name": result.name,
                "files": result.files,
                "findings": findings,
                "facts": result.facts,
                "suppressions": [asdict(suppression) for suppression in result.suppressions],
            }
        )
        self._remember(result.name, result.facts)
        with contextlib.suppress(sqlite3.Error):
            self._insert("result", {self._key(result.name, result.digests): value})

    def last_facts(self, names: Iterable[str]) -> dict[str, dict]:
        """Return what apps claimed in their last run; their files may be others by now."""
        self._facts = {name: self._facts[name] for name in names if name in self._facts}
        return dict(self._facts)

    def _remember(self, name: str, facts: dict) -> None:
        if self._facts.get(name) != facts:
            self._facts[name] = facts
            self._learned = True

    def baseline(self, key: str) -> dict | None:
        """Return an object of a baseline that an earlier run kept, see baseline_cache.py, or None."""
        if self._connection is None:
            return None
        import sqlite3

        try:
            query = "SELECT value FROM baseline WHERE key = ?"
            row = self._connection.execute(query, (f"{self._common} {key}",)).fetchone()
            data = json.loads(row[0]) if row else None
        except (sqlite3.Error, ValueError):
            return None
        return data if isinstance(data, dict) else None

    def keep_baseline(self, objects: dict[str, dict]) -> None:
        """Keep objects of baselines."""
        if self._connection is None:
            return
        import sqlite3

        with contextlib.suppress(sqlite3.Error):
            self._insert("baseline", {f"{self._common} {key}": json.dumps(data) for key, data in objects.items()})

    def _insert(self, table: str, values: dict[str, str]) -> None:
        rows = [(key, int(time.time()), value) for key, value in values.items()]
        with self._connection as connection:
            connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", rows)  # noqa: S608 - of _TABLES

    def _key(self, name: str, digests: Iterable[str]) -> str:
        return blake2b("\0".join((self._common, name, *digests)).encode(), digest_size=20).hexdigest()

    def _digests(self, name: str) -> list[str]:
        """Return the digests of an app's folders as they are now."""
        return [self._digest(path) for path in zone_paths(name)]

    def _digest(self, path: str) -> str:
        if self._few:
            return self._tree.read(path).digest
        state = self._tree.state(path)
        known = self._folders.get(path)
        if known is not None and known[0] == state:
            return known[1]
        folder = self._tree.read(path)
        if state is not None and not folder.refused:
            self._folders[path] = (state, folder.digest)
            self._learned = True
        return folder.digest

    def _read_last(self, what: str) -> dict:
        """Return what the last run left, nothing where it had other programs or another library."""
        try:
            data = json.loads(self._kept(f"{what} {self._tree.root}", self._common) or "{}")
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}

    def _kept(self, key: str, mark: str) -> str | None:
        """Return what was kept of the last run, if it was under the same mark."""
        row = self._connection.execute("SELECT value FROM last WHERE key = ?", (key,)).fetchone()
        found, _, text = str(row[0]).partition(" ") if row else ("", "", "")
        return text if found == mark else None

    def _keep(self, key: str, mark: str, text: str) -> None:
        self._insert("last", {key: f"{mark} {text}"})

    @cached_property
    def _common(self) -> str:
        """A hash of what all results follow from."""
        parts = (self._tree.library.digest, self._package(), sys.version, _program(), *_libraries())
        return blake2b("\0".join(parts).encode(), digest_size=20).hexdigest()

    def _package(self) -> str:
        """Return a hash of this package's files, which is kept by their state: reading them takes as long as a rule."""
        key, now = f"package {_PACKAGE}", stat_digest.of(str(_PACKAGE), most=5000)
        digest = self._kept(key, now) if now else None
        if digest is None:
            digest = read(_PACKAGE, "validators", unlimited=True).digest
            if now:
                self._keep(key, now, digest)
        return digest


def _libraries() -> list[str]:
    """Return the names of the metadata folders, with versions, of the libraries that verdicts follow from.

    importlib.metadata would tell the same in 50 ms.
    """
    import yaml

    names = [path.name for path in Path(yaml.__file__).parent.parent.iterdir()]
    return sorted(name for name in names if name.lower().startswith(_LIBRARIES) and name.endswith("-info"))


def _program() -> str:
    """Return what tells one kustomize from another without running it: where it is, its size and age."""
    from ..render import kustomize

    override = os.environ.get(kustomize.OVERRIDE, "")
    places = [
        Path(folder) / name
        for folder in os.environ.get("PATH", "").split(os.pathsep)
        for name in ("kustomize", "kubectl")
    ]
    marks = [override]
    for path in (*places, kustomize.TOOLS / "kustomize", kustomize.TOOLS / "renderer"):
        try:
            status = path.stat()
        except OSError:
            continue
        marks.append(f"{path.resolve()} {status.st_size} {status.st_mtime_ns}")
    return "\0".join(marks)


def default_folder() -> Path:
    """Return the user's cache directory for this program."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache") / "django-hosting"
