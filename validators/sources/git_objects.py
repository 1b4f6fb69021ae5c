"""The objects of a git repository, read without a working tree: nothing is checked out, so no filter or hook runs."""

import itertools
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from . import plumbing
from .tree import TreeError

TREE, FILE, EXECUTABLE, LINK, SUBMODULE = "040000", "100644", "100755", "120000", "160000"
MODES = (FILE, EXECUTABLE)
"""Of the entries that are files."""


class Entry(NamedTuple):
    """An entry of a tree: its mode, one of those above, the id of its object, and a file's bytes."""

    mode: str
    id: str
    size: int
    name: str


class Objects:
    """A repository's objects by id. Use it as a context manager.

    Any method raises TreeError where git fails, or an object isn't there.
    """

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        """The process that started it: a fork of that one must not read the answers to its questions."""

    def __enter__(self) -> "Objects":
        return self

    def __exit__(self, *_: object) -> None:
        if self._process and self._owner == os.getpid():
            self._process.kill()
            self._process.communicate()
        self._process = None

    def bytes(self, identity: str) -> bytes:
        """Return an object's content."""
        if self._process is None or self._owner != os.getpid():
            command = plumbing.command(self.repository, "cat-file", "--batch")
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=plumbing.environment()
            )
            self._owner = os.getpid()
        self._process.stdin.write(f"{identity}\n".encode())
        self._process.stdin.flush()
        header = self._process.stdout.readline().split()
        if len(header) != 3:
            raise TreeError(f"git has no object {identity}")
        data = self._process.stdout.read(int(header[2]))
        self._process.stdout.read(1)
        return data

    def list(self, commit: str, path: str = "", parts: Sequence[str] = (), *, most: int) -> Iterator[Entry]:
        """Yield the files below a path of a commit, the names from there; none where it has no such folder.

        parts: the files and folders that are wanted, if not all.  Not more than `most` and one are read: a tree of a few
        kilobytes can list a billion files.
        """
        yield from self._listed(f"{commit}:{path}" if path else commit, "-r", parts=parts, most=most)

    def folders(self, commit: str, below: str, *, most: int) -> Iterator[Entry]:
        """Yield the folders below a path of a commit, up to `most` and one; the names from there."""
        yield from self._listed(f"{commit}:{below}", "-r", "-d", most=most)

    def _listed(self, tree: str, *flags: str, parts: Sequence[str] = (), most: int) -> Iterator[Entry]:
        command = plumbing.command(self.repository, "ls-tree", "-z", "-l", "--full-tree", *flags, tree, "--", *parts)
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "env": plumbing.environment()}
        with subprocess.Popen(command, **options) as process:
            yield from itertools.islice(_entries(process.stdout), most + 1)
            process.kill()


def _entries(stream: IO[bytes]) -> Iterator[Entry]:
    rest = b""
    while part := stream.read(1 << 16):
        *lines, rest = (rest + part).split(b"\0")
        yield from map(_entry, lines)


def _entry(line: bytes) -> Entry:
    head, _, name = line.partition(b"\t")
    mode, _, identity, size = head.decode().split()
    return Entry(mode, identity, int(size) if size.isdigit() else 0, name.decode(errors="surrogateescape"))
