"""Make an empty git repository a hoster's own."""

import argparse
import sys
from pathlib import Path

from ..authoring import init, library, scaffold

HELP = "make an empty git repository a hoster's own: library, facts of the cluster, Makefile, hooks, CI"
_NEXT = """\
Next:
  1. Commit it: git add --all && git commit
  2. A first app: make new-app CUSTOMER=acme APP=shop IMAGE=registry.example.com/acme/shop:1.0.0 HOST=shop.acme.example
  3. Check it: make check
README.md says what is yours here, what `upgrade` replaces, and how to let ArgoCD deploy it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the facts as options; what isn't given is asked for on a terminal."""
    for name, question in init.QUESTIONS.items():
        default = f" ({question.default})" if question.default else ""
        parser.add_argument(f"--{name.replace('_', '-')}", help=f"{question.text}{default}")
    parser.add_argument("--root", type=Path, default=Path(), help="the empty repository (here)")


def run(args: argparse.Namespace) -> int:
    """Write the files and say what is next, or say in one line why not."""
    given = {name: getattr(args, name) for name in init.QUESTIONS}
    try:
        written = init.make(args.root, init.facts(given, input if sys.stdin.isatty() else None))
    except (library.LibraryProblem, scaffold.TemplateProblem, OSError, EOFError) as problem:
        print(f"init: {problem}", file=sys.stderr)
        return 2
    print(f"Wrote the library {library.version()}, your cluster's facts, and what checks them: {len(written)} files.")
    print(_NEXT)
    return 0
