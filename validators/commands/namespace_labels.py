"""Label every namespace with its customer and its app."""

import argparse
import sys
from pathlib import Path

from ..authoring import namespace_labels, scaffold
from ..finding import count
from ..sources.tree import TreeError

HELP = "label the namespace with its customer and app in every platform folder that lacks it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where."""
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Write, and name what changed, or say in one line why not."""
    try:
        changed = namespace_labels.write(args.root)
    except (scaffold.TemplateProblem, TreeError, OSError) as problem:
        print(f"namespace-labels: {problem}", file=sys.stderr)
        return 2
    for path in changed:
        print(f"changed {path.relative_to(args.root)}")
    print(f"{count(len(changed), 'file')} changed")
    return 0
