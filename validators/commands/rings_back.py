"""Give a ring the version again that it had before."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from ..authoring.scaffold import write_atomically
from ..rings import advance, settings
from ..sources.tree import Tree, TreeError

HELP = "give a ring the version before its own again, at once and unasked"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `rings-back`."""
    parser.add_argument("ring", metavar="RING", help="the ring")
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")


def run(args: argparse.Namespace) -> int:
    """Write rings.yaml and say what to do next. Return 2 where there is nothing to go back to, else 0."""
    try:
        tree = Tree(args.root) if args.root else Tree.around(Path())
        known = advance.members(tree).rings
        ring = advance.ring_named(known, args.ring)
        changed = advance.back(known, ring, datetime.now(UTC))
        write_atomically(tree.root / tree.zones.rings_file, settings.text(changed))
    except (TreeError, OSError) as error:
        print(f"rings-back: {error}", file=sys.stderr)
        return 2
    now = advance.ring_named(changed, args.ring).version.name
    print(f"Ring {ring.name}: {ring.version.name} -> {now}. Then:")
    print(f"  git commit -m 'Ring {ring.name} goes back to {now}' {tree.zones.rings_file} && make rings-render")
    print("  and push this branch, then the one that ArgoCD reads")
    if before := known.before(ring):
        print(f"Ring {before.name} has {before.version.name} still; rings-back {before.name}, if it is to go back, too")
    return 0
