"""Show which ring has which version, since when, and what comes next."""

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tabulate import tabulate

from ..rings import advance, settings
from ..rings.branch import BRANCH, Branch
from ..sources import git
from ..sources.rings import Ring, Rings
from ..sources.tree import Tree, TreeError

HELP = "show which ring has which version, since when, how long it still soaks, and how far the branch is"
_HEAD = ["ring", "version", "since", "apps", "soaks for", "next", "behind for", "at most"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `rings-status`."""
    parser.add_argument("--branch", default=BRANCH, help=f"the branch that ArgoCD reads (default: {BRANCH})")
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")


def run(args: argparse.Namespace) -> int:
    """Print the table. Return 2 where there are no rings to show, else 0."""
    now = datetime.now(UTC)
    try:
        tree = Tree(args.root) if args.root else Tree.around(Path())
        members = advance.members(tree)
        rows = [_row(tree, members, ring, now) for ring in members.rings.rings]
        print(tabulate(rows, _HEAD, tablefmt="simple", disable_numparse=True))
        print(_branch(Branch.read(tree.root, args.branch)))
    except TreeError as error:
        print(f"rings-status: {error}", file=sys.stderr)
        return 2
    known = {ring.name for ring in members.rings.rings}
    for name, apps in members.apps.items():
        if name not in known:
            print(f"In no ring, {name or 'none'} named: {', '.join(apps)}")
    return 0


def _row(tree: Tree, members: advance.Members, ring: Ring, now: datetime) -> list[str]:
    left = ring.since + ring.soak - now
    behind = members.rings.behind_since(ring)
    return [
        ring.name,
        ring.version.name,
        f"{ring.since:%Y-%m-%d %H:%M}",
        str(len(members.apps[ring.name])),
        _span(left) if left > timedelta() else "done",
        _next(tree, members.rings, ring, now),
        _span(now - behind) if behind else "-",
        settings.length(ring.maximum_age),
    ]


def _next(tree: Tree, known: Rings, ring: Ring, now: datetime) -> str:
    try:
        version = advance.next_version(tree, known, ring, now)
    except TreeError:  # no tag yet: nothing comes
        return "-"
    return "-" if version == ring.version else version.name


def _span(span: timedelta) -> str:
    hours = span.total_seconds() / 3600
    return f"{hours / 24:.1f} d" if hours >= 48 else f"{hours:.1f} h"


def _branch(branch: Branch) -> str:
    if not branch.tip:
        return f"There is no branch {branch.name} yet: make rings-render"
    behind = git.missing(branch.root, "HEAD", branch.source)
    kept = branch.kept()
    said = f"{branch.name} renders {branch.source[:12]}"
    said += f", {behind} commits before HEAD: make rings-render" if behind else ", which is HEAD"
    return f"{said}; as they were before, because of errors: {', '.join(sorted(kept))}" if kept else said
