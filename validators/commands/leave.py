"""Remove an app whose customer leaves, once its export has been read again."""

import argparse
import sys
from pathlib import Path

from ..operating.moving import leaving
from ..operating.moving.place import MoveProblem
from ..policy import names
from ..sources.tree import TreeError

HELP = "remove the folders of an app whose customer leaves, if its last export is whole, and say until when its points stay"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which app, its export, and until when its points are kept."""
    parser.add_argument("--customer", default="", help="whose app it is")
    parser.add_argument("--app", default="", help="its name")
    parser.add_argument("--export", type=Path, default=Path(), help="the folder that export wrote")
    parser.add_argument("--until", default="", help="the last day of the backup's points, as 2027-01-31")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Remove, and name what has changed, or say in one line why not."""
    try:
        changed = leaving.leave(args.root, args.customer, args.app, args.export, args.until)
    except (MoveProblem, names.NameProblem, TreeError, OSError) as problem:
        print(f"leave: {problem}", file=sys.stderr)
        return 2
    record, *folders = changed
    print(*(f"removed {folder}" for folder in folders), f"wrote {record}", sep="\n")
    print("Next: commit all of it, then the Application and the namespace: docs/platform-guide.md#delete-an-app")
    return 0
