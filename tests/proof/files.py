"""Which files a test depends on, and whether they are still those of its last run: git's ids of their content."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

DIRTY = "-dirty"
"""What the revision of a tree with uncommitted changes ends in."""
UNKNOWN = "unknown"
MADE = ("docs/proof.md", "docs/resilience.md", "docs/images-tried.md", "tests/proof/results.json")
"""Made of results: they would change what they tell of."""

Blobs = dict[str, str]
"""Git's id of each file's content, by its path."""


def revision(root: Path) -> str:
    """Return the commit, `a1affbafe9`, ending in DIRTY where the tree differs from it; UNKNOWN outside of git."""
    commit = _git(root, "rev-parse", "--short=10", "HEAD")
    changed = _git(root, "status", "--porcelain")
    return UNKNOWN if commit is None or changed is None else commit.strip() + (DIRTY if changed else "")


def at(root: Path, commit: str) -> Blobs | None:
    """Return the files of a commit, None where git doesn't know it."""
    listed = None if commit.endswith(DIRTY) else _git(root, "ls-tree", "-r", "-z", "--full-tree", commit)
    rows = [row.split("\t", 1) for row in (listed or "").split("\0") if row]
    return None if listed is None else {path: head.split()[2] for head, path in rows}


def now(root: Path) -> Blobs:
    """Return the files of the working tree, those that git ignores left out."""
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard") or ""
    paths = [path for path in sorted(set(listed.split("\0"))) if path and (root / path).is_file()]
    ids = _git(root, "hash-object", "--stdin-paths", given="\n".join(paths)) or ""
    return dict(zip(paths, ids.split(), strict=True))


def relevant(groups: list[dict[str, Any]], test: str) -> list[str]:
    """Return the files and folders that a test depends on: its own, and those of the group that it is in.

    The group that names it, or the folder nearest to it.
    """
    own = test.partition("::")[0]
    found = [(len(name), group["files"]) for group in groups for name in group["tests"] if _within(own, name)]
    return list(dict.fromkeys([own, *(max(found)[1] if found else [])]))


def ids(blobs: Blobs, paths: Iterable[str]) -> dict[str, str]:
    """Return an id of all that is in each file or folder; an empty one where nothing is."""
    return {path: _digest(blobs, path) for path in paths}


def changed(before: Blobs, after: Blobs, paths: Iterable[str]) -> list[str]:
    """Return the files in these files and folders that one of the two has not, or has otherwise."""
    differ = (path for path in sorted(before.keys() | after.keys()) if before.get(path) != after.get(path))
    paths = list(paths)
    return [path for path in differ if path not in MADE and any(_within(path, folder) for folder in paths)]


def problems(groups: list[dict[str, Any]], tests: Iterable[str], blobs: Blobs) -> Iterator[str]:
    """Yield a line for each test in no group, and each file or folder of a group that isn't there."""
    for group in groups:
        for path in (*group["tests"], *group["files"]):
            if not _digest(blobs, path):
                yield f"depends: {path} isn't there, or git ignores it: name what is"
    for test in tests:
        if relevant(groups, test) == [test.partition("::")[0]]:
            yield f"depends: {test} is in no group: say which files it depends on"


def _digest(blobs: Blobs, path: str) -> str:
    rows = [f"{one} {blob}\n" for one, blob in sorted(blobs.items()) if _within(one, path) and one not in MADE]
    return hashlib.sha256("".join(rows).encode()).hexdigest()[:10] if rows else ""


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _git(root: Path, *arguments: str, given: str = "") -> str | None:
    done = subprocess.run(["git", *arguments], cwd=root, input=given, capture_output=True, text=True)
    return None if done.returncode else done.stdout
