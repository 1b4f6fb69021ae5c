"""Which apps have a commit that the promotion hasn't looked at yet, or could see otherwise now."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from ..finding import printable
from ..sources import app_file, plumbing
from ..sources.app_file import AppFile
from ..sources.folder import CLUSTER, Folder
from ..sources.git_tree import GitTree
from . import fetch
from .platform import Platform
from .problem import Failed, Refused
from .verdict import REFUSED, Verdict

_FILE = "django-hosting-promotion.json"
_AT_ONCE = 8
"""Servers that are asked at a time."""


@dataclass(frozen=True)
class Pending:
    """What is known of the apps of a platform's clone from the last time."""

    platform: Platform

    def names(self) -> tuple[list[str], list[str]]:
        """Return the apps to promote now, and what was wrong with others: a line each. Raises Failed."""
        tree = GitTree(self.platform.root, self.platform.head())
        files = {name: _file(tree, name) for name in tree.app_names()}
        asked = {name: file for name, file in files.items() if file and file.repository}
        seen = self._read()
        library = _library(tree)
        found, problems = [], []
        with ThreadPoolExecutor(_AT_ONCE) as executor:
            marks = executor.map(lambda name: _mark(tree, name, asked[name], library), asked)
            for name, mark in zip(asked, marks, strict=True):
                if isinstance(mark, Exception):
                    problems.append(f"{name}: {printable(str(mark))}")
                elif not _same(seen.get(name), mark):
                    found.append(name)
        return found, problems

    def done(self, verdict: Verdict) -> None:
        """Keep what became of an app's commit."""
        tree = GitTree(self.platform.root, self.platform.head())
        file = _file(tree, verdict.app)
        mark = _mark(tree, verdict.app, file, _library(tree)) if file and file.repository else None
        if isinstance(mark, dict):
            path = self.platform.folder / _FILE
            text = json.dumps({**self._read(), verdict.app: {**mark, "commit": verdict.commit, "state": verdict.state}})
            draft = path.with_suffix(".new")
            draft.write_text(text, encoding="utf-8")
            draft.replace(path)

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            return json.loads((self.platform.folder / _FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}


def _same(seen: dict[str, str] | None, mark: dict[str, str]) -> bool:
    """Whether nothing has changed that could give another verdict: a refused commit may pass with another library."""
    keys = ("commit", "platform", *(["library"] if seen and seen.get("state") == REFUSED else []))
    return seen is not None and all(seen.get(key) == mark[key] for key in keys)


def _mark(tree: GitTree, name: str, file: AppFile, library: str) -> dict[str, str] | Exception:
    """Return what a verdict follows from."""
    try:
        tip = fetch.tip(file.repository)
    except (Failed, Refused) as problem:
        return problem
    day = date.today().isoformat() if file.pinned else ""
    return {"commit": tip, "platform": f"{tree.stat_digest(tree.zones.of(name)[1])} {day}", "library": library}


def _file(tree: GitTree, name: str) -> AppFile | None:
    path = tree.zones.of(name)[1]
    try:
        return app_file.read(Folder(path, {app_file.NAME: tree.file(f"{path}/{app_file.NAME}")}))
    except FileNotFoundError:
        return None


def _library(tree: GitTree) -> str:
    """Return what tells the library of a tree from others."""
    parts = [f"{tree.commit}:{part}" for part in ("base", "components", CLUSTER)]
    return " ".join(plumbing.run(tree.root, "rev-parse", *parts).decode().split())
