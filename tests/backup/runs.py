"""One app's backup outside a cluster: the component's scripts on a real PostgreSQL, restic and S3."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT
from tests.examples.services import Postgres, program

SCRIPTS = ROOT / "components/backup/scripts"
SECONDS = 120


@dataclass
class App:
    """An app with a database, files and a repository; `environment` is what the CronJob's container gets."""

    name: str
    postgres: Postgres
    media: Path
    environment: dict[str, str]
    platform: dict[str, str] = field(repr=False)

    @property
    def database(self) -> str:
        """Its database's name."""
        return self.environment["PGDATABASE"]

    def sql(self, text: str) -> str:
        """Run SQL in its database."""
        return self.postgres.query(text, self.database)

    def start(self, script: str = "backup", **changed: str) -> subprocess.Popen[str]:
        """Start a script beside the test, with some variables changed."""
        command = ["sh", str(SCRIPTS / f"{script}.sh")]
        environment = {**self.environment, **changed}
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def run(self, script: str = "backup", **changed: str) -> tuple[int, str, str]:
        """Run a script to its end: its status, what it printed and what it said."""
        process = self.start(script, **changed)
        out, err = process.communicate(timeout=SECONDS)
        return process.returncode, out, err

    def backup(self, **changed: str) -> dict:
        """Make a point that must come about; its manifest."""
        status, out, err = self.run(**changed)
        assert status == 0, err
        return json.loads(out)

    def snapshots(self, part: str = "") -> list[dict]:
        """What the repository holds, by the platform's key."""
        command = ["restic", "snapshots", "--json", "--no-lock", *([f"--tag=part={part}"] if part else [])]
        return json.loads(restic(self.platform, *command[1:]))

    def points(self) -> list[dict]:
        """The manifests of the repository."""
        found = []
        for snapshot in self.snapshots("manifest"):
            found.append(json.loads(restic(self.platform, "dump", "--no-lock", snapshot["id"], "/manifest.json")))
        return found


def without_files(app: App) -> None:
    """Leave it as before its first upload."""
    shutil.rmtree(app.media)
    app.media.mkdir()


def restic(environment: dict[str, str], *arguments: str) -> str:
    """Run restic; its output."""
    done = subprocess.run(["restic", *arguments], env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stderr
    return done.stdout


def client_path() -> str:
    """Where pg_dump and the others are."""
    return os.pathsep.join({str(Path(program(name, package="postgresql")).parent) for name in ("pg_dump", "psql")})


def child(pid: int, name: str) -> int:
    """The process of that name below another one, 0 if there is none."""
    found = subprocess.run(["ps", "-eo", "pid=,sid=,comm="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in found.splitlines()]
    return next((int(row[0]) for row in rows if int(row[1]) == pid and row[2].strip() == name), 0)
