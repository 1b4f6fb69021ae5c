"""Read a folder: within limits, and never through a link."""

import itertools
import os
import stat
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from ..finding import printable
from ..policy import limits
from .folder import Folder, Refusal


def read(top: Path, path: str, *, unlimited: bool = False) -> Folder:
    """Return what the folder at `top` on the disk holds as the Folder `path`; an absent one is empty."""
    folder = Folder(path)
    _DiskWalk(top, folder, unlimited).run()
    return folder


class Entry(Protocol):
    """An entry of a folder, as os.scandir gives it."""

    @property
    def name(self) -> str:
        """Its name in the folder."""

    def is_symlink(self) -> bool:
        """Whether it is a link."""

    def is_dir(self, *, follow_symlinks: bool) -> bool:
        """Whether it is a folder."""


class Walk(ABC):
    """Reads one folder; stops at the first limit it meets, so that nothing big is ever held."""

    def __init__(self, folder: Folder, unlimited: bool) -> None:
        self.folder = folder
        self.unlimited = unlimited
        self.bytes = 0
        self.count = 0
        self.full = False

    @abstractmethod
    def exists(self) -> bool:
        """Return whether there is a folder to walk."""

    @abstractmethod
    def scan(self, inside: str) -> Iterable[Entry]:
        """Return the entries of the folder at a path inside it, in any order."""

    @abstractmethod
    def open(self, path: str) -> bytes | None:
        """Return a regular file's bytes, of one over the limit any that are too many; refuse anything else."""

    def run(self) -> None:
        """Read the folder."""
        if self.exists():
            self.walk("", 0)

    def refuse(self, inside: str, message: str, hint: str) -> None:
        """Add why the file at a path inside isn't read, and what to do."""
        path = f"{self.folder.path}/{inside}".strip("/")
        self.folder.refused.append(Refusal(printable(path), message, hint))

    def walk(self, inside: str, depth: int) -> None:
        seen: dict[str, str] = {}
        # A folder of a million names is cut off here, before it is sorted.
        names = itertools.islice(self.scan(inside), None if self.unlimited else limits.FOLDER_FILES * 10)
        for entry in sorted(names, key=lambda entry: entry.name):
            path = f"{inside}/{entry.name}" if inside else entry.name
            if self.full or not self.counted():
                return
            folded = unicodedata.normalize("NFKC", entry.name).casefold()
            if folded in seen:
                self.refuse(path, f"is the same name as {seen[folded]} on some file systems", "rename one")
                continue
            seen[folded] = entry.name
            self.take(entry, path, depth)

    def counted(self) -> bool:
        """Count an entry, whatever it is: a link or a folder is a line of a report too. False where it is one too many."""
        self.count += 1
        if self.count > limits.FOLDER_FILES and not self.unlimited:
            self.full = True
            self.refuse("", f"holds more than {limits.FOLDER_FILES} files", "delete what isn't used")
        return not self.full

    def take(self, entry: Entry, path: str, depth: int) -> None:
        if entry.is_symlink():
            self.refuse(path, "is a symbolic link", "put the file itself here")
        elif not entry.name.isprintable() or len(entry.name) > limits.NAME_LENGTH:
            self.refuse(path, "isn't a name for a file", f"use up to {limits.NAME_LENGTH} plain letters")
        elif entry.is_dir(follow_symlinks=False):
            if entry.name == ".git" or (entry.name == "__pycache__" and self.unlimited):
                return
            if depth >= limits.FOLDER_DEPTH and not self.unlimited:
                self.refuse(path, f"is more than {limits.FOLDER_DEPTH} folders deep", "move it up")
            else:
                self.walk(path, depth + 1)
        else:
            self.read(path)

    def read(self, path: str) -> None:
        data = self.open(path)
        if data is None:
            return
        self.bytes += len(data)
        if len(data) > limits.FILE_BYTES and not self.unlimited:
            self.refuse(path, f"is larger than {limits.FILE_BYTES >> 10} KiB", "make it smaller")
        elif self.bytes > limits.FOLDER_BYTES and not self.unlimited:
            self.full = True
            self.refuse("", f"holds more than {limits.FOLDER_BYTES >> 20} MiB", "make it smaller")
        else:
            self.folder.files[path] = data


class _DiskWalk(Walk):
    def __init__(self, top: Path, folder: Folder, unlimited: bool) -> None:
        super().__init__(folder, unlimited)
        self.top = top

    def exists(self) -> bool:
        if self.top.is_symlink():
            self.refuse("", "is a symbolic link", "make it a folder")
            return False
        return self.top.is_dir()

    def scan(self, inside: str) -> Iterator[Entry]:
        with os.scandir(f"{self.top}/{inside}") as entries:
            yield from entries

    def open(self, path: str) -> bytes | None:
        """Read a regular file; a link or a device that took its place since is refused, not followed."""
        try:
            descriptor = os.open(f"{self.top}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            self.refuse(path, f"can't be read: {error.strerror}", "make it readable for who runs the check")
            return None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                self.refuse(path, "isn't a regular file", "delete it")
                return None
            if self.unlimited:
                return file.readall()
            data = b""
            # One byte more than the limit tells that it is over, without reading the rest.
            while len(data) <= limits.FILE_BYTES and (part := file.read(limits.FILE_BYTES + 1 - len(data))):
                data += part
            return data
