"""Take customers' commits into the platform's repository."""

import argparse
import sys
import time
from pathlib import Path

HELP = "take the newest commit of a customer's own repository into this one: checked, committed, pushed"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which app, or all, and where this repository is pushed to."""
    parser.add_argument("--customer", default="", help="the name of the customer's folder")
    parser.add_argument("--app", default="", help="the name of the app's folder in it")
    parser.add_argument("--all", default="", metavar="0|1", help="each app with a commit that wasn't looked at yet")
    parser.add_argument("--every", type=int, default=0, metavar="SECONDS", help="with ALL=1: again and again")
    parser.add_argument("--approved", default="", metavar="COMMIT", help="the customer's commit that you have read")
    parser.add_argument("--by", default="", metavar="NAME", help="with APPROVED: who you are")
    parser.add_argument("--remote", default="origin", help="where this repository is pushed to (origin)")
    parser.add_argument("--branch", default="main", help="the branch that ArgoCD reads (main)")
    parser.add_argument(
        "--status", default="", metavar="PROGRAM", help="run with APP COMMIT STATE for each verdict, its text on stdin"
    )
    parser.add_argument("--root", type=Path, default=Path(), help="a clone of this repository, bare or not (here)")


def run(args: argparse.Namespace) -> int:
    """Promote; return 0, 1 where a commit was refused, 2 where something else was in the way."""
    from ..promotion.platform import Platform  # not for --help
    from ..promotion.problem import Failed
    from ..promotion.promote import Asked
    from ..promotion.queue import Queue
    from ..sources.tree import TreeError

    if (args.all == "1") == bool(args.customer and args.app):
        print("promote: write CUSTOMER=... APP=..., or ALL=1", file=sys.stderr)
        return 2
    if bool(args.approved) != bool(args.by):
        print("promote: APPROVED=commit and BY=your name go together", file=sys.stderr)
        return 2
    queue = Queue(Platform(args.root, args.remote, args.branch), args.status, _say)
    try:
        if args.all != "1":
            return queue.one(f"{args.customer}/{args.app}", Asked(args.approved, args.by))
        code = queue.all()
        while args.every:
            time.sleep(args.every)
            code = queue.all()
        return code
    except (Failed, TreeError) as problem:
        print(f"promote: {problem}", file=sys.stderr)
        return 2


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
