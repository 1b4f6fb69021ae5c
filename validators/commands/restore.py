"""Print the Job that restores a point, or a part of one, in an app's place."""

import argparse
import json
import sys
from pathlib import Path

from ..authoring import backup_job, restore_job

HELP = "print the Job that restores a point of an app in its place, for kubectl create --filename=-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what says which app and which point."""
    parser.add_argument("--customer", default="", help="as in overlays/customers/<customer>")
    parser.add_argument("--app", default="", help="as in overlays/customers/<customer>/<app>")
    parser.add_argument("--point", default="", help="the point's name, as its manifest has it")
    parser.add_argument("--from", default="", dest="source", metavar="APP", help="the app whose point it is (the same)")
    parser.add_argument(
        "--table", default="", help="only this table, beside the one that is there: name or schema.name"
    )
    parser.add_argument("--folder", default="", help="only this folder of the files, as photos/2026")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Print the Job, or say in one line why there is none."""
    try:
        asked = restore_job.Asked(args.point, args.source, args.table, args.folder)
        made = restore_job.job(args.root, args.customer, args.app, asked)
    except (restore_job.RestoreProblem, *backup_job.PROBLEMS, OSError) as problem:
        print(f"restore: {problem}", file=sys.stderr)
        return 2
    print(json.dumps(made, indent=2))
    return 0
