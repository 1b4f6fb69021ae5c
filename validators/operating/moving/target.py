"""The app's database: another one beside it is filled, looked at, and takes its place."""

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime

from .facts import Facts, parse
from .place import MoveProblem, Pod, run, sql
from .transfer import stream

_OTHER = "--dbname=postgres"


class Target:
    """The database of an app, reached from a pod beside it. `stamp`: names what this run makes."""

    def __init__(self, pod: Pod, stamp: datetime) -> None:
        self.pod = pod
        self.own = run(pod.words("printenv", "PGDATABASE"), pod.name).decode().strip()
        self.new, self.old = f"import_{stamp:%Y%m%d%H%M%S}", f"before_{stamp:%Y%m%d%H%M%S}"

    def facts(self, database: str = "") -> Facts:
        """Return what the app's database, or another, holds. Raises MoveProblem."""
        words = self.pod.psql(f"--dbname={database or self.own}")
        return parse(self._run(words, sql("database", "rows", "sequences")), self.pod.name)

    @contextlib.contextmanager
    def beside(self) -> Iterator[None]:
        """Make the other database; it is gone after the block unless it took the app's place. Raises MoveProblem."""
        self._script("create")
        try:
            yield
        finally:
            drop = f"DROP DATABASE IF EXISTS {self.new} WITH (FORCE);".encode()
            subprocess.run(self.pod.psql(_OTHER), input=drop, capture_output=True)

    def fill(self, dump: list[str], expected: int, say: Callable[[str], object]) -> None:
        """Restore what a command prints into the other database. expected: its size in bytes, for the progress.

        Raises MoveProblem.
        """
        restore = (
            "pg_restore",
            f"--dbname={self.new}",
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--no-password",
        )
        try:
            stream(
                dump,
                self.pod.words(*restore),
                lambda: say(f"the database: {self._size() >> 20} of {expected >> 20} MiB"),
            )
        except MoveProblem as problem:
            raise MoveProblem(f"the dump can't be restored: {problem}") from None
        self._run(self.pod.psql(f"--dbname={self.new}"), b"ANALYZE;")

    def take_place(self) -> None:
        """Let the other database take the app's place; the app's own is kept as `old`. Raises MoveProblem."""
        try:
            self._script("swap")
        except MoveProblem as problem:
            again = f'ALTER DATABASE "{self.own}" ALLOW_CONNECTIONS true;'.encode()
            subprocess.run(self.pod.psql(_OTHER), input=again, capture_output=True)
            raise MoveProblem(f"{problem}; nothing is changed") from None

    def kept(self) -> list[str]:
        """Return the databases that imports and restores have moved aside. Raises MoveProblem."""
        query = (
            b"SELECT json_build_array(datname) FROM pg_database WHERE datname ~ '^before_[0-9]{14}$' ORDER BY datname;"
        )
        return [json.loads(line)[0] for line in self._run(self.pod.psql(_OTHER), query).splitlines()]

    def _size(self) -> int:
        query = f"SELECT pg_database_size('{self.new}');".encode()
        return int(self._run(self.pod.psql(_OTHER), query))

    def _script(self, name: str) -> None:
        variables = [f"--set={key}={getattr(self, key)}" for key in ("own", "new", "old")]
        self._run(self.pod.psql(_OTHER, *variables), sql(name))

    def _run(self, words: list[str], script: bytes) -> bytes:
        return run(words, f"the database of {self.pod.name}", script)
