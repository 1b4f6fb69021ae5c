"""Show how far the apps' moves from their VMs are."""

import argparse
import sys
from pathlib import Path

from tabulate import tabulate

from ..operating import moves
from ..sources.tree import Tree, TreeError

HELP = "show how far each app's move from a VM is, since when, and how many have arrived"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where."""
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")


def run(args: argparse.Namespace) -> int:
    """Print the table and a line on all. Return 1 where a state can't be read, 2 where nothing can, else 0."""
    try:
        found = moves.moves(Tree(args.root) if args.root else Tree.around(Path()))
    except TreeError as error:
        print(f"moves: {error}", file=sys.stderr)
        return 2
    if not found:
        print("No app comes from a VM: none has `move` in its app.yaml (docs/moving-in.md)")
        return 0
    print(tabulate(found, ["app", "move", "since", "ring"], tablefmt="simple", disable_numparse=True))
    print(moves.summary(found))
    return 1 if any(move.state == moves.UNREADABLE for move in found) else 0
