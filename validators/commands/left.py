"""Show the apps that left, and delete the points whose day is past."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from tabulate import tabulate

from ..backups import deletion
from ..backups.problem import BackupProblem
from ..operating.moving import leaving
from ..operating.moving.leaving import Left
from ..operating.moving.place import MoveProblem
from ..sources.tree import Tree, TreeError

HELP = "show the apps that left and until when their points are kept, and delete those whose day is past"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whether points are deleted."""
    parser.add_argument("--delete", default="", metavar="0|1", help="delete the points whose day is past")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Print the table; 1 where points are to be deleted, 2 where they can't be."""
    try:
        if args.delete not in ("", "0", "1"):
            raise MoveProblem(f"DELETE {args.delete!r}: write 0 or 1")
        found = leaving.left(args.root)
        for one in filter(_due, found) if args.delete == "1" else ():
            deletion.delete(Tree(args.root), one, _say)
            print(f"{one.file}: all points are deleted, commit it: it is the proof")
    except (MoveProblem, BackupProblem, TreeError, OSError) as problem:
        print(f"left: {problem}", file=sys.stderr)
        return 2
    rows = [(one.namespace, one.until.isoformat(), _state(one)) for one in found]
    print(
        tabulate(rows, ["app", "points until", ""], tablefmt="simple", disable_numparse=True)
        if rows
        else "No app has left"
    )
    return 1 if any(map(_due, found)) else 0


def _due(one: Left) -> bool:
    return not one.deleted and one.until < datetime.now(UTC).date()


def _state(one: Left) -> str:
    if one.deleted:
        return f"deleted {one.deleted['time']}: {one.deleted['points']} points"
    return "to be deleted: DELETE=1" if _due(one) else "kept"


def _say(text: str) -> None:
    print(f"left: {text}", file=sys.stderr, flush=True)
