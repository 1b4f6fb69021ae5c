"""How far the apps' moves from their VMs are: `spec.move` of app.yaml, and since when git has it so."""

import os
from collections import Counter
from typing import NamedTuple

from ..policy import app_file
from ..sources import app_file as app_files
from ..sources import git
from ..sources.tree import Tree, TreeError

STATES = (*app_file.MOVING, *app_file.ARRIVED)
UNCOMMITTED = "not committed"
UNREADABLE = "unreadable: make check"


class Move(NamedTuple):
    """An app's move: its name `customer/app`, its state, the day since when (as 2026-11-29), and its ring."""

    app: str
    state: str
    since: str
    ring: str


def moves(tree: Tree) -> list[Move]:
    """Return the moves of all apps that come from a VM, the least advanced first. Raises TreeError."""
    found = []
    for name in tree.app_names():
        folder = f"{tree.zones.platform}/{name}"
        platform = tree.read(folder)
        said = app_files.read(platform)
        if said and said.move:
            found.append(Move(name, said.move, _since(tree, f"{folder}/{app_file.NAME}"), said.ring))
        elif not said and b"move:" in platform.files.get(app_file.NAME, b""):
            found.append(Move(name, UNREADABLE, "", ""))
    return sorted(found, key=lambda move: (_rank(move.state), move.app))


def summary(found: list[Move]) -> str:
    """Return a line: how many have arrived, and how many are in each state."""
    counts = Counter(move.state for move in found)
    arrived = sum(counts[state] for state in app_file.ARRIVED)
    parts = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])
    return f"{arrived} of {len(found)} apps that come from VMs have arrived" + (f": {parts}" if parts else "")


def _since(tree: Tree, path: str) -> str:
    """Return the day of the newest commit that changed the field; a day for a checkout without history too."""
    try:
        if git.run(tree.root, "diff", "HEAD", "-G", r"^ +move:", "--name-only", "--", path):
            return UNCOMMITTED
        day = git.run(tree.root, "log", "-1", "--format=%cs", "-G", r"^ +move:", "--", path)
    except TreeError:
        return ""
    return os.fsdecode(day).strip() or UNCOMMITTED


def _rank(state: str) -> int:
    return STATES.index(state) if state in STATES else -1
