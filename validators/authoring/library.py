"""The library's files in a hoster's repository: which they are, and whether they are still as they were released.

`library.sha256` lists them, in the format of sha256sum: `sha256sum --check library.sha256` tells the same.
"""

import hashlib
import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from ..sources.customer import library_root
from .library_texts import Texts

SUMS = "library.sha256"
_HEAD = "# django-hosting {}: the library's files as they were released. `django-hosting upgrade` replaces them.\n"
_VERSION = re.compile(r"# django-hosting (\S+): ")
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


class LibraryProblem(Exception):
    """The library can't be put in, or replaced. The message is for people."""


class Sums(NamedTuple):
    """The library of a version: the SHA-256 of each file by its path from the repository's root."""

    version: str
    files: dict[str, str]


def version() -> str:
    """Return the version of this package, which is that of its library."""
    project = library_root() / "pyproject.toml"
    if project.is_file():  # a checkout
        return tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"]
    return importlib.metadata.version("django-hosting")


def released(texts: Texts) -> Sums:
    """Return the sums of the library that this package brings, from its texts as a repository has them."""
    return Sums(version(), {name: _sum(text.encode()) for name, text in texts.items()})


def text(sums: Sums) -> str:
    """Return what library.sha256 holds."""
    return _HEAD.format(sums.version) + "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.files.items()))


def read(root: Path) -> Sums:
    """Return what library.sha256 says. Raises LibraryProblem."""
    path = root / SUMS
    try:
        head, *lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise LibraryProblem(f"{path}: isn't there: only a repository that `django-hosting init` made has it") from None
    said, found = _VERSION.match(head), [_LINE.fullmatch(line) for line in lines]
    if not said or None in found:
        raise LibraryProblem(f"{path}: isn't as init and upgrade write it: take it from git again")
    return Sums(said[1], {match[2]: match[1] for match in found})


def edited(root: Path, sums: Sums) -> list[str]:
    """Return the library's files that aren't what they were released as, or are gone."""
    return [
        name
        for name, digest in sums.files.items()
        if not (root / name).is_file() or (root / name).is_symlink() or _sum((root / name).read_bytes()) != digest
    ]


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
