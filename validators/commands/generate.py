"""Renew the files that are generated and committed."""

import argparse
import sys
from pathlib import Path

from .. import generators
from ..render import kustomize

HELP = "renew what is generated and committed: goldens, tables, schemas"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subjects."""
    parser.add_argument("subject", nargs="*", help="only these: " + ", ".join(generators.names()))
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Write what changed, and name it."""
    wanted = args.subject or generators.names()
    if unknown := set(wanted) - set(generators.names()):
        print(f"generate: {min(unknown)!r}: write {', '.join(generators.names())}", file=sys.stderr)
        return 2
    try:
        for name in wanted:
            for path in generators.write(args.root, generators.load(name)):
                print(f"renewed {path}")
    except (kustomize.KustomizeError, OSError) as problem:
        print(f"generate: {problem}", file=sys.stderr)
        return 2
    return 0
