"""The library's files as a hoster's repository has them: they name the hoster's folder, and link to nothing that isn't there."""

import posixpath
import re
from pathlib import PurePosixPath

from ..sources.customer import library_root
from ..sources.folder import CLUSTER
from ..sources.zones import OVERLAYS, TEMPLATE, Zones, on_disk

_BEGIN = "packaging/hoster"
"""What is the hoster's from the start: Makefile, hooks, CI, README."""
_MAINTAINERS = frozenset({"docs/how-a-check-runs.md", "docs/proof.md", "docs/status.md"})
"""Pages on the library's own code and tests, which a hoster's repository hasn't."""
_LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")

Texts = dict[str, str]
"""Texts by path from the repository's root."""


def texts(zones: Zones) -> Texts:
    """Return the files that a new version replaces.

    What pip or Python compiled beside a program is no part of the library. Raises TreeError or OSError.
    """
    ours = on_disk(library_root())
    own = tuple(f"{part}/" for part in _own(ours))
    read = _read("base", "components", "docs", TEMPLATE, ours.argocd)
    kept = {name: text for name, text in read.items() if not name.startswith(own) and name not in _MAINTAINERS}
    called = _called(zones, kept)
    there = {*called, *own_texts(zones)}  # the library's pages mean the library's README, and not the hoster's
    there |= {str(folder) for name in there for folder in PurePosixPath(name).parents} - {"."}
    return {
        name: _LINK.sub(lambda link, page=name: _link(link, page, there), text) if name.endswith(".md") else text
        for name, text in called.items()
    }


def own_texts(zones: Zones) -> Texts:
    """Return the files that the hoster answers: the facts of the cluster, and where ArgoCD reads the repository."""
    return _called(zones, _read(*_own(on_disk(library_root()))))


def begin_texts(zones: Zones) -> Texts:
    """Return the files that are the hoster's from the start, with placeholders for the versions."""
    return _called(zones, {name.removeprefix(f"{_BEGIN}/"): text for name, text in _read(_BEGIN).items()})


def _link(link: re.Match[str], page: str, there: set[str]) -> str:
    """Return a link of a page, or its words alone where it leads to a file or folder that isn't there."""
    path = link[2].partition("#")[0]
    if not path or "://" in path:
        return link[0]
    target = posixpath.normpath(f"{posixpath.dirname(page)}/{path}")
    return link[0] if target in there else link[1]


def _called(zones: Zones, read: Texts) -> Texts:
    """Return texts, and their paths, that call the platform's folder as `zones` does."""
    name = re.escape(on_disk(library_root()).name)
    pattern = re.compile(rf"(?<![\w-])({OVERLAYS}/|{TEMPLATE}/){name}(?![\w-])")
    return {
        pattern.sub(rf"\g<1>{zones.name}", path): pattern.sub(rf"\g<1>{zones.name}", text)
        for path, text in read.items()
    }


def _own(zones: Zones) -> tuple[str, ...]:
    return CLUSTER, f"{zones.argocd}/repository"


def _read(*parts: str) -> Texts:
    source = library_root()
    paths = (path for part in parts for path in sorted((source / part).rglob("*")))
    return {
        path.relative_to(source).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if "__pycache__" not in path.parts and path.is_file()
    }
