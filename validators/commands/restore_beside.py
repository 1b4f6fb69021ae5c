"""Make a place beside an app for a restore."""

import argparse
import sys
from pathlib import Path

from ..authoring import restore_beside, scaffold, staging
from ..policy import names
from ..sources.zones import TreeError

HELP = "make a place beside an app for a restore: other namespace and host, no workers, no cron, no way out, an end"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the choices."""
    purpose = restore_beside.BESIDE
    parser.add_argument("--customer", default="", help="as in overlays/customers/<customer>")
    parser.add_argument("--app", default="", help=f"the original; the copy is <app>{purpose.suffix}")
    parser.add_argument("--host", default="", help=f"the copy's host ({purpose.host}.<the original's first>)")
    parser.add_argument("--days", default="", help=f"until it is to be deleted ({purpose.days})")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Make the copy's two folders, or say in one line why not."""
    try:
        copy = staging.choose(args.root, args.customer, args.app, args.host, args.days, purpose=restore_beside.BESIDE)
        if not restore_beside.has_backup(args.root, copy):
            raise scaffold.TemplateProblem(
                f"{args.customer}/{args.app} doesn't list components/backup: it has no points"
            )
        *made, sealed = staging.make(args.root, copy)
    except (names.NameProblem, scaffold.TemplateProblem, TreeError, OSError) as problem:
        print(f"restore-beside: {problem}", file=sys.stderr)
        return 2
    print(restore_beside.next_steps(args.root, copy, [folder.relative_to(args.root) for folder in made], sealed))
    return 0
