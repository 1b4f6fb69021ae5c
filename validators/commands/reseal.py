"""List what is sealed with an older key of the controller than its newest, and seal it anew where that is asked for."""

import argparse
import sys
from pathlib import Path

from ..authoring import scaffold
from ..finding import count
from ..image.kubectl import ClusterProblem
from ..operating.recovery import renewal
from ..operating.recovery.sealed import RecoveryProblem
from ..sources.tree import Tree, TreeError

HELP = "list what is sealed with an older key than the controller's newest, or seal it anew"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is done."""
    parser.add_argument("--renew", default="", metavar="0|1", help="seal it anew with the newest key, in its files")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Print a line for each file; 1 where one is to be sealed anew, 2 where nobody can tell."""
    try:
        if args.renew not in ("", "0", "1"):
            raise RecoveryProblem(f"RENEW {args.renew!r}: write 0 or 1")
        old = renewal.old(Tree(args.root), _say)
        for one in old:
            print(f"{one.path}: Secret {one.name} of {one.app} is sealed with an older key")
        if args.renew == "1":
            scaffold.write_together({args.root / one.path: renewal.anew(args.root, one) for one in old})
            print(f"{count(len(old), 'file')} sealed anew: look at them, commit them")
            return 0
    except (RecoveryProblem, ClusterProblem, TreeError, OSError) as problem:
        print(f"reseal: {problem}", file=sys.stderr)
        return 2
    print(
        f"{count(len(old), 'SealedSecret')} to be sealed anew: RENEW=1 does it, or whoever knows the value"
        if old
        else "All are sealed with the newest key"
    )
    return 1 if old else 0


def _say(text: str) -> None:
    print(f"reseal: {text}", file=sys.stderr, flush=True)
