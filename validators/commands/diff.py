"""Show what a revision changes, rendered: per app the sizes, objects and fields that differ."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, TextIO

from ..check import changes_text
from ..check.diff import Difference, differ
from ..finding import count, printable
from ..render.kustomize import KustomizeError
from ..sources.tree import Tree, TreeError

HELP = "show what changed since a revision in what apps render to: sizes, objects, fields"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `diff`."""
    parser.add_argument("revision", metavar="REV", help="the git revision to compare the working tree with")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders of apps; none: all apps")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")


def run(args: argparse.Namespace) -> int:
    """Print what differs. Return 1 where an app can't be compared, 2 for wrong use, else 0."""
    try:
        tree = Tree(args.root) if args.root else Tree.around(Path())
        differences, compared = differ(tree, args.revision, args.paths)
    except (TreeError, KustomizeError) as error:
        print(f"diff: {error}", file=sys.stderr)
        return 2
    write = _write_json if args.format == "json" else write_text
    write(differences, compared, args.revision, sys.stdout)
    return 1 if any(difference.error for difference in differences) else 0


def _write_json(differences: list[Difference], compared: int, revision: str, stream: TextIO) -> None:
    apps: list[dict[str, Any]] = [
        {"app": d.app, "error": d.error, "changes": [change._asdict() for change in d.changes]} for d in differences
    ]
    json.dump({"version": 1, "revision": revision, "compared": compared, "apps": apps}, stream, indent=2)
    stream.write("\n")


def write_text(differences: list[Difference], compared: int, revision: str, stream: TextIO) -> None:
    """Write a table for each app, and a line on all of them."""
    for difference in differences:
        stream.write(f"{difference.app}\n{changes_text.table(difference)}\n")
    changed = sum(bool(difference.changes) for difference in differences)
    failed = len(differences) - changed
    summary = f"{count(compared, 'app')} touched since {printable(revision)}: {changed} rendered differently"
    stream.write(f"{summary}, {failed} not compared\n" if failed else f"{summary}\n")
