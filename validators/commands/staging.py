"""Make a staging copy of an app."""

import argparse
import sys
from pathlib import Path

from ..authoring import scaffold, staging
from ..policy import names
from ..sources.zones import TreeError

HELP = "make a staging copy of an app: other namespace and host, nothing sealed, no way out, an end"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the choices."""
    parser.add_argument("--customer", default="", help="as in overlays/customers/<customer>")
    parser.add_argument("--app", default="", help=f"the original; the copy is <app>{staging.STAGING.suffix}")
    parser.add_argument("--host", default="", help="the copy's host (staging.<the original's first>)")
    parser.add_argument("--days", default="", help=f"until it is to be deleted ({staging.STAGING.days})")
    parser.add_argument("--command", default="", dest="words", help="what makes the data anonymous (/anonymise)")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Make the copy's two folders, or say in one line why not."""
    try:
        copy = staging.choose(args.root, args.customer, args.app, args.host, args.days, args.words)
        customer, platform, sealed = staging.make(args.root, copy)
    except (names.NameProblem, scaffold.TemplateProblem, TreeError, OSError) as problem:
        print(f"staging: {problem}", file=sys.stderr)
        return 2
    shown = [folder.relative_to(args.root) for folder in (customer, platform)]
    print(staging.next_steps(copy, *shown, sealed, staging.marked(platform)))
    return 0
