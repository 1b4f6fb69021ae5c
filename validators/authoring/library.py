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
from ..sources.folder import CLUSTER
from ..sources.zones import OVERLAYS, TEMPLATE, Zones, on_disk

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


def texts(zones: Zones) -> dict[str, str]:
    """Return the files that a new version replaces, by their paths in a repository with these zones.

    Where they name the platform's folder, they name that of `zones`. What pip or Python compiled beside a program is no
    part of the library. Raises TreeError or OSError.
    """
    ours = on_disk(library_root())
    own = tuple(f"{part}/" for part in _own(ours))
    read = _read("base", "components", "docs", TEMPLATE, ours.argocd)
    return _called(zones, {name: text for name, text in read.items() if not name.startswith(own)})


def own_texts(zones: Zones) -> dict[str, str]:
    """Return the files that the hoster writes once, as texts() does: the facts of the cluster, and where ArgoCD reads the
    repository."""
    return _called(zones, _read(*_own(on_disk(library_root()))))


def called(zones: Zones, text: str) -> str:
    """Return a text of the library's that names the platform's folder as `zones` does."""
    ours = re.escape(on_disk(library_root()).name)
    return re.sub(rf"(?<![\w-])({OVERLAYS}/|{TEMPLATE}/){ours}(?![\w-])", rf"\g<1>{zones.name}", text)


def _called(zones: Zones, read: dict[str, str]) -> dict[str, str]:
    return {called(zones, name): called(zones, text) for name, text in read.items()}


def _own(zones: Zones) -> tuple[str, ...]:
    return CLUSTER, f"{zones.argocd}/repository"


def _read(*parts: str) -> dict[str, str]:
    source = library_root()
    paths = (path for part in parts for path in sorted((source / part).rglob("*")))
    return {
        path.relative_to(source).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if "__pycache__" not in path.parts and path.is_file()
    }


def released(zones: Zones) -> Sums:
    """Return the library that this package brings, as a repository with these zones has it."""
    return Sums(version(), {name: _sum(text.encode()) for name, text in texts(zones).items()})


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
