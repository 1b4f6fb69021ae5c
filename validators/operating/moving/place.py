"""The two ends of a move, each of which runs commands: a VM behind SSH, and a pod beside the app."""

import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from ...image.kubectl import Kubectl

CONTAINER = "backup"
_SQL = Path(__file__).resolve().parent / "sql"
_SSH = ("ssh", "-o", "BatchMode=yes", "-o", "ServerAliveInterval=15", "-o", "ServerAliveCountMax=8")
_ADDRESS = re.compile(r"[A-Za-z0-9_.@:\[\]%][A-Za-z0-9_.@:\[\]%-]*")


class MoveProblem(Exception):
    """The move can't go on; the message is one line, for people."""


class Place(Protocol):
    """Where commands run."""

    @property
    def name(self) -> str:
        """What people call it."""

    def words(self, *command: str) -> list[str]:
        """Return the command that runs `command` there, with this process's input and output."""

    def as_owner(self, *command: str) -> list[str]:
        """Return the same, as the user who may read the database."""


@dataclass(frozen=True)
class Vm:
    """A VM: its address for ssh, and the user who may read the database, by sudo; empty: the one who logs in."""

    address: str
    sudo: str = ""

    @property
    def name(self) -> str:
        """Return its address."""
        return self.address

    def words(self, *command: str) -> list[str]:
        """Return the words of ssh; what sshd gives to a shell is quoted."""
        return [*_SSH, self.address, shlex.join(command)]

    def as_owner(self, *command: str) -> list[str]:
        """Return the same, as the user who may read the database."""
        return self.words(*(("sudo", "-n", "-u", self.sudo, "--") if self.sudo else ()), *command)


@dataclass(frozen=True)
class Pod:
    """A running pod of one app."""

    kubectl: Kubectl
    pod: str

    @property
    def name(self) -> str:
        """Return its namespace."""
        return self.kubectl.namespace

    def words(self, *command: str, container: str = CONTAINER) -> list[str]:
        """Return the words of kubectl exec."""
        options = [f"--namespace={self.kubectl.namespace}", "exec", "--stdin", self.pod, f"--container={container}"]
        return ["kubectl", *options, "--", *command]

    def as_owner(self, *command: str) -> list[str]:
        """Return the same: its environment names the database and the app's role."""
        return self.words(*command)

    def psql(self, *options: str) -> list[str]:
        """Return psql there, which reads SQL from its input."""
        return self.words("psql", *PSQL, *options)


PSQL = ("--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--file=-")
"""The options with which psql runs a script of its input, and prints bare rows."""


def vm(address: str, sudo: str) -> Vm:
    """Return a VM whose address and user are words, not options. Raises MoveProblem."""
    if not _ADDRESS.fullmatch(address):
        raise MoveProblem(
            f"VM {address!r}: write where ssh logs in, as vm1, admin@vm1.example.com or a Host of ~/.ssh/config"
        )
    if sudo and not re.fullmatch(r"[a-z_][a-z0-9_-]*", sudo):
        raise MoveProblem(f"SUDO {sudo!r}: write the user who may read the database, as postgres")
    return Vm(address, sudo)


def run(words: Sequence[str], what: str, stdin: bytes = b"") -> bytes:
    """Return what a command prints. Raises MoveProblem: `what`, and the last that it said."""
    try:
        done = subprocess.run(words, input=stdin, capture_output=True)
    except OSError as error:
        raise MoveProblem(f"{what}: {error}") from None
    if done.returncode:
        raise MoveProblem(f"{what}: {last(done.stderr) or f'exit status {done.returncode}'}")
    return done.stdout


def last(stderr: bytes) -> str:
    """Return the last lines of what a command said, as one."""
    lines = [" ".join(line.split()) for line in stderr.decode(errors="replace").replace("\r", "\n").splitlines()]
    said = [line for line in lines if line and not line.startswith("command terminated with exit code")]
    return "; ".join(said[-3:])[-600:]


@cache
def sql(*names: str) -> bytes:
    """Return scripts of the folder sql/, one after the other."""
    return b"".join((_SQL / f"{name}.sql").read_bytes() for name in names)
