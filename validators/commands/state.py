"""Say how a running app is, for people who don't know kubectl's words."""

import argparse
import sys

from ..image.kubectl import ClusterProblem, Kubectl
from ..operating import state
from ..policy import names

HELP = "say how a running app is: release, site, workers, /init, cron"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which app."""
    parser.add_argument("--customer", default="", help="whose app it is")
    parser.add_argument("--app", default="", help="its name")


def run(args: argparse.Namespace) -> int:
    """Print a line for each part; 1 where one isn't well, 2 where nobody can tell."""
    try:
        lines = list(state.lines(Kubectl(names.namespace(args.customer, args.app))))
    except (names.NameProblem, ClusterProblem) as problem:
        print(f"state: {problem}", file=sys.stderr)
        return 2
    print("\n".join(lines))
    return 1 if any("NOT WELL" in line or "FAILED" in line or line.startswith("  ") for line in lines) else 0
