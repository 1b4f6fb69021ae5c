"""Print what the containers of a running app have said."""

import argparse
import sys

from ..image.kubectl import ClusterProblem, Kubectl
from ..operating import logs
from ..policy import names

HELP = "print what a running app's containers have said"
LINES = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which app, and which of its pods."""
    parser.add_argument("--customer", default="", help="whose app it is")
    parser.add_argument("--app", default="", help="its name")
    parser.add_argument(
        "--of", default="web", help="web, migrate (/init), async, database, cron, a CronJob's name (web)"
    )
    parser.add_argument("--lines", default="", help=f"how many of each container ({LINES})")


def run(args: argparse.Namespace) -> int:
    """Print them; 2 where there are none."""
    try:
        if args.lines and not (args.lines.isascii() and args.lines.isdecimal() and 1 <= int(args.lines) <= 10_000):
            raise names.NameProblem(f"LINES {args.lines!r}", "", "write a whole number, 1 to 10000")
        kubectl = Kubectl(names.namespace(args.customer, args.app))
        found = list(logs.lines(kubectl, args.of, int(args.lines or LINES)))
        if not found:
            raise ClusterProblem(f"there is no pod of {args.of}; make state says what there is")
    except (names.NameProblem, ClusterProblem) as problem:
        print(f"logs: {problem}", file=sys.stderr)
        return 2
    print("\n".join(found))
    return 0
