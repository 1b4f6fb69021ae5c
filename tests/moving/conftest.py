"""A VM and an app, as programs: sshd, two PostgreSQL databases and folders of files; kubectl runs what is asked for here."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.backup.runs import client_path
from tests.examples import services
from tests.examples.services import Postgres, free_port, program
from tests.examples.wait import wait_until
from tests.validators.repository import Repository, with_examples

HERE = Path(__file__).parent
APP = "example/photos"
MEDIA = "/data/media"
FILES = {
    "photos/a.jpg": b"a" * 5000,
    "photos/2019/ümlaut \n.txt": b"named by a visitor",
    "-rf": b"an option's name",
    "empty": b"",
}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, with the databases of VMs and of apps."""
    with services.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An SSH server on ::1, and a folder with a program `ssh` that knows it as vm1."""
    folder = tmp_path_factory.mktemp("ssh")
    for key in ("host", "client"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / key], check=True)
    shutil.copy(folder / "client.pub", folder / "authorized_keys")
    port = free_port()
    options = {
        "HostKey": folder / "host",
        "AuthorizedKeysFile": folder / "authorized_keys",
        "PidFile": "none",
        "StrictModes": "no",
        "UsePAM": "no",
        "ListenAddress": "::1",
        "Port": port,
        "PermitUserEnvironment": "no",
        "SetEnv": f"PATH={client_path()}:/usr/bin:/bin",
    }
    Path("/run/sshd").mkdir(exist_ok=True)
    (folder / "sshd_config").write_text("".join(f"{key} {value}\n" for key, value in options.items()))
    command = [program("sshd", package="openssh-server"), "-D", "-e", "-f", str(folder / "sshd_config")]
    known = (folder / "host.pub").read_text().split()[:2]
    (folder / "known_hosts").write_text(f"vm1 {' '.join(known)}\n")
    (folder / "config").write_text(
        f"Host vm1\n  HostName ::1\n  Port {port}\n  HostKeyAlias vm1\n  IdentityFile {folder}/client\n"
        f"  UserKnownHostsFile {folder}/known_hosts\n  StrictHostKeyChecking yes\n  ConnectTimeout 5\n"
    )
    (folder / "bin").mkdir()
    (folder / "bin/ssh").write_text(
        f'#!/bin/sh\nexec {program("ssh", package="openssh-client")} -F {folder}/config "$@"\n'
    )
    (folder / "bin/ssh").chmod(0o755)
    with (folder / "log").open("w") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            reach = [folder / "bin/ssh", "vm1", "true"]
            wait_until(lambda: subprocess.run(reach, capture_output=True).returncode == 0, 20, "sshd did not answer")
            yield folder / "bin"
        finally:
            process.terminate()


KUBECTL = """#!{python}
import json, os, pathlib, subprocess, sys
folder = pathlib.Path({folder!r})
words = [word for word in sys.argv[1:] if not word.startswith("--namespace")]
with (folder / "asked.jsonl").open("a") as file:
    file.write(json.dumps(words) + "\\n")
maps = folder / "configmaps.json"
if words[0] == "exec":
    command = words[words.index("--") + 1:]
    environment = {environment!r} | {{"PATH": {path!r}, "HOME": "/tmp", "LC_ALL": "C.UTF-8"}}
    inside = ["bwrap", "--dev-bind", "/", "/", "--tmpfs", "/data", "--bind", {media!r}, "/data/media"]
    os.execvpe("bwrap", [*inside, "--perms", "1777", "--tmpfs", "/tmp", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command], environment)
elif words[0] == "get":
    print(json.dumps({{"items": json.loads(maps.read_text()) if maps.exists() else []}}))
elif words[0] == "apply":
    maps.write_text(json.dumps([json.load(sys.stdin)]))
elif words[0] == "create":
    (folder / "pod.json").write_text(sys.stdin.read())
"""


@dataclass
class Move:
    """A VM with data, and a fresh app."""

    folder: Path
    postgres: Postgres
    there: str
    here: str
    repository: Repository
    path: str = field(repr=False)
    variables: dict[str, object] = field(default_factory=dict, repr=False)

    def kubectl(self, spoil: str = "") -> None:
        """Write the program; `spoil` comes before what it does in a pod."""
        program = self.folder / "bin/kubectl"
        text = KUBECTL.replace('if words[0] == "exec":', spoil + 'if words[0] == "exec":')
        program.write_text(text.format(**self.variables))
        program.chmod(0o755)

    @property
    def files(self) -> Path:
        """The files on the VM."""
        return self.folder / "vm/media"

    @property
    def media(self) -> Path:
        """The files of the app."""
        return self.folder / "app/media"

    def vm(self, sql: str) -> str:
        """Run SQL in the VM's database."""
        return self.postgres.query(sql, self.there)

    def app(self, sql: str) -> str:
        """Run SQL in the app's database."""
        return self.postgres.query(sql, self.here)

    def command(self, *variables: str) -> list[str]:
        """The command, with what says from where."""
        login = self.postgres.environment(self.there)
        database = f"postgresql://app@[::1]:{self.postgres.port}/{self.there}?passfile={self.folder}/pgpass"
        (self.folder / "pgpass").write_text(f"*:*:*:*:{login['PGPASSWORD'].replace(':', chr(92) + ':')}\n")
        (self.folder / "pgpass").chmod(0o600)
        customer, _, app = APP.partition("/")
        given = [f"CUSTOMER={customer}", f"APP={app}", "VM=vm1", f"DATABASE={database}", f"MEDIA={self.files}"]
        return [sys.executable, "-m", "validators", "import", f"--root={self.repository.root}", *given, *variables]

    def run(self, *variables: str) -> tuple[int, str, str]:
        """Import: the exit code, the report, and what it said."""
        environment = {**os.environ, "PATH": self.path}
        done = subprocess.run(self.command(*variables), env=environment, capture_output=True, text=True, timeout=900)
        return done.returncode, done.stdout, done.stderr

    def asked(self, verb: str) -> list[list[str]]:
        """What kubectl was asked for."""
        lines = (self.folder / "asked.jsonl").read_text().splitlines()
        return [words for words in map(json.loads, lines) if words[0] == verb]

    def databases(self) -> set[str]:
        """What imports made, or moved aside."""
        return set(self.postgres.query("SELECT datname FROM pg_database WHERE datname ~ '^(import|before)_'").split())


@pytest.fixture
def move(postgres: Postgres, ssh: Path, tmp_path: Path) -> Move:
    """A VM with rows and files, and an app that has none but a fresh one's."""
    tmp_path.chmod(0o755)
    there, here = f"vm_{secrets.token_hex(4)}", postgres.create_database()
    postgres.query(f"CREATE DATABASE {there}")
    repository = with_examples(tmp_path / "fleet", APP)
    repository.edit(f"overlays/ungleich/{APP}/app.yaml", "spec:\n", "spec:\n  move: planned\n")
    path = f"{tmp_path}/bin:{ssh}:{os.environ['PATH']}"
    move = Move(tmp_path, postgres, there, here["PGDATABASE"], repository, path)
    for name, content in FILES.items():
        (move.files / name).parent.mkdir(parents=True, exist_ok=True)
        (move.files / name).write_bytes(content)
    move.media.mkdir(parents=True)
    # As a volume with fsGroup: the pod's user writes there, and owns nothing.
    for folder in (move.media, move.media.parent):
        os.chown(folder, 0, services.NOBODY)
        folder.chmod(0o2775)
    move.vm("CREATE TABLE note (id serial PRIMARY KEY, text text)")
    move.vm("INSERT INTO note (text) SELECT md5(id::text) FROM generate_series(1, 2000) AS id")
    move.vm('CREATE SCHEMA "odd ""one"; CREATE TABLE "odd ""one"."it\'s; \\! false" (id int)')
    move.vm(
        "CREATE TABLE django_migrations (app text, name text); INSERT INTO django_migrations VALUES ('notes', '0001')"
    )
    move.vm("CREATE EXTENSION pg_trgm; SELECT lo_create(0)")
    move.app(
        "CREATE TABLE django_migrations (app text, name text); INSERT INTO django_migrations VALUES ('notes', '0002')"
    )
    (tmp_path / "bin").mkdir()
    move.variables = {
        "python": sys.executable,
        "folder": str(tmp_path),
        "environment": {key: value for key, value in here.items() if key.startswith("PG")},
        "path": f"{client_path()}:/usr/bin:/bin",
        "media": str(move.media),
    }
    move.kubectl()
    return move
