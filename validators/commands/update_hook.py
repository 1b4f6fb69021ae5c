"""The update hook of the platform's git server: what the promotion's key may change."""

import argparse
import os
import sys
from pathlib import Path

HELP = "as git's update hook of this repository: hold what the promotion's key pushes to customers' folders"
_WHO = "DJANGO_HOSTING_KEY"
PROMOTION = "promotion"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what git gives the hook."""
    parser.add_argument("ref", help="the ref that is being pushed")
    parser.add_argument("old", help="the commit that it is at")
    parser.add_argument("new", help="the commit that it is to be at")
    parser.add_argument("--branch", default="main", help="the branch that ArgoCD reads (main)")


def run(args: argparse.Namespace) -> int:
    """Return 1 where the key is the promotion's and may not do this, else 0."""
    from ..promotion.guard import Guard
    from ..promotion.problem import Refused
    from ..sources.tree import TreeError

    if os.environ.get(_WHO) != PROMOTION:
        return 0
    try:
        Guard(Path(), args.branch).check(args.ref, args.old, args.new)
    except (Refused, TreeError) as problem:
        print(f"update-hook: {problem}", file=sys.stderr)
        return 1
    return 0
