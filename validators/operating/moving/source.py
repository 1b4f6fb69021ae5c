"""A database that is copied: what it is, and a dump of one moment whose rows are counted in that same moment."""

import contextlib
import json
import subprocess
from collections.abc import Iterator

from .facts import Facts, parse
from .place import PSQL, MoveProblem, Place, last, run, sql

_END = b'["end"]\n'


class Source:
    """A database on a VM, or an app's: a name, or what libpq takes, as `dbname=shop user=shop host=localhost`."""

    def __init__(self, place: Place, database: str) -> None:
        self._place = place
        self._database = f"--dbname={database}"

    def facts(self) -> Facts:
        """Return what the database is; its rows aren't counted. Raises MoveProblem."""
        words = self._place.as_owner("psql", *PSQL, self._database)
        return parse(run(words, f"the database on {self._place.name}", sql("database")), self._place.name)

    def dump(self, snapshot: str) -> list[str]:
        """Return the command that prints a dump of that moment."""
        options = ("--format=custom", "--no-owner", "--no-privileges", "--no-password", f"--snapshot={snapshot}")
        return self._place.as_owner("pg_dump", *options, self._database)

    @contextlib.contextmanager
    def moment(self) -> Iterator["Moment"]:
        """Hold one moment of the database while the block runs. Raises MoveProblem."""
        words = self._place.as_owner("psql", *PSQL, self._database)
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            try:
                yield Moment(process, self._place.name)
            finally:
                process.kill()


class Moment:
    """A transaction of psql there."""

    def __init__(self, process: subprocess.Popen[bytes], where: str) -> None:
        self._process, self._where = process, where
        [line] = self._ask(sql("snapshot"))
        self.snapshot: str = json.loads(line)[1]
        self.before = parse(b"".join(self._ask(sql("sequences"))), where).sequences

    def facts(self) -> Facts:
        """Return what the moment holds; the sequences are those of now. Raises MoveProblem."""
        return parse(b"".join(self._ask(sql("database", "rows", "sequences"))), self._where)

    def _ask(self, script: bytes) -> list[bytes]:
        """Return the lines that a script prints. Raises MoveProblem."""
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(script + b"""SELECT '["end"]';\n""")
            self._process.stdin.flush()
        lines = []
        while (line := self._process.stdout.readline()) != _END:
            if not line:
                raise MoveProblem(f"the database on {self._where}: {last(self._process.stderr.read())}")
            lines.append(line)
        return lines
