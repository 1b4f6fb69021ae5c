"""A real PostgreSQL and a real Valkey (or Redis) on ::1, found on this machine; nothing is installed."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest

from .wait import wait_until

NOBODY = 65534  # initdb and postgres refuse root, and want a passwd entry


def program(*names: str, package: str) -> str:
    """The first of `names` on PATH or in Debian's PostgreSQL folders; a failed test if there is none."""
    folders = [os.environ.get("PATH", os.defpath), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))]
    for name in names:
        if found := shutil.which(name, path=os.pathsep.join(folders)):
            return found
    message = f"{' or '.join(names)} not found: apt-get install {package}, or deselect: pytest -m 'not examples'"
    pytest.fail(message, pytrace=False)


def free_port() -> int:
    """A TCP port on ::1 that nobody listens on now."""
    with socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::1", 0))
        return probe.getsockname()[1]


def unprivileged(*command: str) -> list[str]:
    """`command`, as nobody if this is root."""
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return [*drop, *command] if os.geteuid() == 0 else list(command)


@contextmanager
def data_folder(prefix: str) -> Iterator[Path]:
    """A folder that `unprivileged` owns, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        if os.geteuid() == 0:
            os.chown(name, NOBODY, NOBODY)
        yield Path(name)


@contextmanager
def server(command: list[str], stop: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    """`command` running as an unprivileged user, ended with `stop`."""
    process = subprocess.Popen(unprivileged(*command), cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(stop)
        process.wait(20)


@dataclass(frozen=True)
class Postgres:
    """A server on ::1. The password needs percent-encoding in a URL, as an operator's may."""

    port: int
    psql: str
    password: str = "p@ss/w:rd %41"

    def query(self, sql: str, database: str = "postgres") -> str:
        """Run `sql` as the superuser; rows as psql -At prints them."""
        command = [self.psql, "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql]
        result = subprocess.run(command, env=self.environment(database), check=True, capture_output=True, text=True)
        return result.stdout.strip()

    def create_database(self) -> dict[str, str]:
        """A new, empty database: the environment that Secret `database-app` gives to an app."""
        name = f"app_{secrets.token_hex(4)}"
        self.query(f"CREATE DATABASE {name}")
        return self.environment(name)

    def environment(self, database: str) -> dict[str, str]:
        """DATABASE_URL and libpq's own variables."""
        return {
            "DATABASE_URL": f"postgresql://app:{quote(self.password, safe='')}@[::1]:{self.port}/{database}",
            "PGHOST": "::1",
            "PGPORT": str(self.port),
            "PGDATABASE": database,
            "PGUSER": "app",
            "PGPASSWORD": self.password,
        }


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A fresh PostgreSQL with password authentication."""
    initdb, postgres, psql = (program(name, package="postgresql") for name in ("initdb", "postgres", "psql"))
    database_server = Postgres(free_port(), psql)
    with data_folder("examples-postgres-") as folder:
        password_file = folder / "password"
        password_file.write_text(database_server.password)
        data = folder / "data"
        options = ["--username=app", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
        init = unprivileged(initdb, *options, f"--pwfile={password_file}", f"--pgdata={data}")
        made = subprocess.run(init, cwd="/", capture_output=True, text=True)
        assert made.returncode == 0, f"initdb failed:\n{made.stderr}"
        command = [postgres, "-D", str(data), "-c", "listen_addresses=::1", "-c", f"port={database_server.port}"]
        command += ["-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "max_connections=60"]
        with server(command, signal.SIGINT) as process:

            def answers() -> bool:
                assert process.poll() is None, "postgres ended at once"
                try:
                    return database_server.query("SELECT 1") == "1"
                except subprocess.CalledProcessError:
                    return False

            wait_until(answers, 30, "PostgreSQL did not answer")
            yield database_server


@dataclass(frozen=True)
class Valkey:
    """A server on ::1."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def urls(self) -> dict[str, str]:
        """VALKEY_BROKER_URL and CACHE_URL as components/valkey gives them."""
        return {"VALKEY_BROKER_URL": f"redis://[::1]:{self.port}/0", "CACHE_URL": f"redis://[::1]:{self.port}/1"}

    @contextmanager
    def silent(self) -> Iterator[None]:
        """It neither answers nor closes a connection, like one whose node is gone."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def valkey() -> Iterator[Valkey]:
    """A fresh Valkey or Redis."""
    binary, port = program("valkey-server", "redis-server", package="valkey-server (or redis-server)"), free_port()
    with data_folder("examples-valkey-") as folder:
        command = [binary, "--bind", "::1", "--port", str(port), "--dir", str(folder), "--save", ""]
        with server(command, signal.SIGTERM) as process:

            def answers() -> bool:
                with socket.socket(socket.AF_INET6) as client:
                    client.settimeout(1)
                    return client.connect_ex(("::1", port)) == 0

            wait_until(answers, 10, "Valkey did not answer")
            yield Valkey(port, process)
