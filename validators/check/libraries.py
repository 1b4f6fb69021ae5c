"""Which version of the library renders which apps of a tree, and where that version's files are."""

import os
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ..sources import git
from ..sources.git_tree import zones_at
from ..sources.rings import Version
from ..sources.tree import Tree, TreeError
from .cache.store import default_folder


def by_library(tree: Tree, names: Iterable[str]) -> list[tuple[Tree, list[str]]]:
    """Return the apps in groups, each with the tree whose library renders them; a tree without rings is one group.

    An app whose ring isn't known is judged with the tree's own library: a rule says what is wrong with it.
    Raises TreeError where a ring's version isn't in the repository.
    """
    names = sorted(names)
    if tree.rings is None:
        return [(tree, names)]
    groups: dict[Version | None, list[str]] = {}
    for name in names:
        ring = tree.rings.named(tree.ring_of(name))
        groups.setdefault(ring.version if ring else None, []).append(name)
    order = (*tree.rings.versions, None)
    return [
        (with_version(tree, version) if version else tree, groups[version]) for version in order if version in groups
    ]


def with_version(tree: Tree, version: Version) -> Tree:
    """Return the tree with a released version's library in place of its own.

    Raises TreeError where the repository hasn't its commit.
    """
    return tree.with_library(_files(tree.repository, version))


def _files(repository: Path, version: Version) -> Path:
    """Return the folder with the version's library, read from git once: a commit's files never change."""
    folder = default_folder() / "libraries" / version.commit
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix="new-", dir=folder.parent))
        try:
            git.export(repository, version.commit, made, zones_at(repository, version.commit).library)
            if not (made / "base").is_dir():
                raise TreeError(f"{version.name} ({version.commit}) has no base/: it is no version of the library")
            try:
                os.rename(made, folder)  # noqa: PTH104 - fails where another run was quicker
            except OSError:
                if not folder.is_dir():
                    raise
        except TreeError as error:
            raise TreeError(
                f"the library of {version.name} can't be read: {error}; in a shallow clone: git fetch --unshallow --tags"
            ) from None
        finally:
            shutil.rmtree(made, ignore_errors=True)
    return folder
