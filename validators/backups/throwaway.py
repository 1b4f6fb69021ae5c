"""A PostgreSQL server for one drill after another: on a socket only, without a network, gone afterwards.

What is restored there is what a customer's database said, or somebody who has its key: so it is restored by a role without
rights, and what runs in the server reaches nothing.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..finding import printable
from .points import Manifest
from .problem import BackupProblem

_NOBODY = 65534  # PostgreSQL refuses root
_SUPERUSER, _ROLE, _DATABASE = "drill", "restored", "drill"
_SECONDS = 6 * 3600
_START_SECONDS = 60
_MESSAGE_MAX = 300
_PLAIN = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1")


@dataclass(frozen=True)
class Throwaway:
    """The server's programs, the folder of its socket, and its major version."""

    programs: Path
    folder: Path
    version: int

    def restore(self, dump: IO[bytes], manifest: Manifest) -> None:
        """Restore a dump into an empty database. Raises BackupProblem."""
        wanted = int(re.match(r"\d*", manifest.server)[0] or 0)
        if wanted > self.version:
            raise BackupProblem(
                f"the dump is of PostgreSQL {wanted}, and here is {self.version}: install {wanted} or newer here"
            )
        self._sql(f"DROP DATABASE IF EXISTS {_DATABASE}", "postgres")
        create = f"CREATE DATABASE {_DATABASE} OWNER {_ROLE} TEMPLATE template0 ENCODING '{_word(manifest.encoding)}'"
        self._sql(create, "postgres")
        self._extensions(manifest.extensions)
        command = [
            self.programs / "pg_restore",
            *self._as(_ROLE),
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            "--exit-on-error",
        ]
        done = _run(command, dump)
        if done.returncode:
            raise BackupProblem(f"the dump can't be restored: {_last(done.stderr)}")

    def rows(self, script: Path) -> dict[tuple[str, str], int]:
        """Return the rows of every table, by the script that counted them for the manifest. Raises BackupProblem."""
        command = [self.programs / "psql", *self._as(_ROLE), *_PLAIN, f"--file={script}"]
        counted = [json.loads(line) for line in self._answer(command).splitlines()]
        return {(schema, table): rows for schema, table, rows in counted}

    def _extensions(self, names: tuple[str, ...]) -> None:
        """Make those that only a superuser may; the dump makes the others, in the schema they were in."""
        listed = "SELECT name, bool_or(trusted) FROM pg_available_extension_versions GROUP BY name"
        trusted = dict(line.split("|") for line in self._sql(listed, _DATABASE).splitlines())
        for name in names:
            if name not in trusted:
                raise BackupProblem(
                    f"extension {_word(name)} isn't installed for this machine's PostgreSQL {self.version}"
                )
            if trusted[name] == "f" and name != "plpgsql":
                self._sql(f'CREATE EXTENSION IF NOT EXISTS "{name}" CASCADE', _DATABASE)

    def _sql(self, text: str, database: str) -> str:
        return self._answer(
            [self.programs / "psql", *self._as(_SUPERUSER, database), *_PLAIN, f"--command={text}"]
        ).strip()

    def _as(self, role: str, database: str = _DATABASE) -> list[str]:
        return [f"--host={self.folder}", f"--username={role}", f"--dbname={database}", "--no-password"]

    def _answer(self, command: list[str | Path]) -> str:
        done = _run(command)
        if done.returncode:
            raise BackupProblem(f"the throw-away database refuses: {_last(done.stderr)}")
        return done.stdout


@contextmanager
def server(scratch: Path | None) -> Iterator[Throwaway]:
    """Run one in a folder below `scratch`, the system's for what is temporary by default. Raises BackupProblem."""
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="drill-", dir=scratch, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        data = folder / "data"
        if os.geteuid() == 0:
            os.chown(folder, _NOBODY, _NOBODY)
        made = [
            programs / "initdb",
            f"--username={_SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]
        _as_nobody([*made, f"--pgdata={data}"], folder)
        options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c autovacuum=off"
        start = [
            programs / "pg_ctl",
            "--wait",
            f"--timeout={_START_SECONDS}",
            f"--pgdata={data}",
            f"--log={folder / 'log'}",
        ]
        try:
            _as_nobody([*start, f"--options={options}", "start"], folder)
            found = Throwaway(programs, folder, _major(data))
            found._sql(f"CREATE ROLE {_ROLE} LOGIN", "postgres")
            yield found
        finally:
            if (data / "postmaster.pid").exists():
                stop = [programs / "pg_ctl", "--wait", "--mode=immediate", f"--pgdata={data}", "stop"]
                _as_nobody(stop, folder)


def _run(command: list[str | Path], stdin: IO[bytes] | int = subprocess.DEVNULL) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, stdin=stdin, capture_output=True, text=True, errors="replace", timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise BackupProblem(f"the throw-away database wasn't done after {_SECONDS // 3600} hours") from None


def _programs() -> Path:
    """Return where initdb is: on PATH, or the newest of Debian's. Raises BackupProblem."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    newest = max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]), default=None)
    if newest is None:
        raise BackupProblem(
            "no initdb on PATH or in /usr/lib/postgresql: install PostgreSQL, of the newest version that an app has"
        )
    return newest.parent


def _as_nobody(command: list[str | Path], folder: Path) -> None:
    """Run a program of the server without a network, and not as root. Raises BackupProblem."""
    if os.geteuid() == 0:
        alone = ["unshare", "--net", "setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    else:
        alone = ["unshare", "--user", "--map-current-user", "--net"]
    environment = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH") if key in os.environ}
    # A file and no pipe of ours: what pg_ctl starts goes on, and would hold it.
    with (folder / "said").open("w+") as said:
        done = subprocess.run(
            [*alone, *command],
            cwd="/",
            env={**environment, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
        )
        said.seek(0)
        if done.returncode:
            raise BackupProblem(f"no throw-away PostgreSQL: {_last(said.read())}")


def _major(data: Path) -> int:
    return int((data / "PG_VERSION").read_text().strip())


def _word(text: str) -> str:
    """Return a name of a manifest, which may be anybody's, if it is one. Raises BackupProblem."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,63}", text):
        raise BackupProblem(f"{text[:40]!r} in the manifest is no name")
    return text


def _last(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()] or ["it said nothing"]
    errors = [line for line in lines if "error:" in line.lower()]
    return printable((errors or lines)[0 if errors else -1])[:_MESSAGE_MAX]
