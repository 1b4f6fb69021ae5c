"""List overlays/cluster in every platform folder."""

import argparse
import sys
from pathlib import Path

from ..authoring import cluster_facts, scaffold
from ..finding import count
from ..sources.tree import TreeError

HELP = "list the facts of the cluster, overlays/cluster, in every platform folder that lacks them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where."""
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Write, and name what changed, or say in one line why not."""
    try:
        changed = cluster_facts.write(args.root)
    except (scaffold.TemplateProblem, TreeError, OSError) as problem:
        print(f"cluster-facts: {problem}", file=sys.stderr)
        return 2
    for path in changed:
        print(f"changed {path.relative_to(args.root)}")
    print(f"{count(len(changed), 'file')} changed; the facts are yours to write: overlays/cluster/facts.yaml")
    return 0
