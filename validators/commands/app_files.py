"""Write app.yaml into every platform folder that lacks it."""

import argparse
import sys
from pathlib import Path

from ..authoring import app_files, scaffold
from ..finding import count
from ..policy import app_file
from ..sources.tree import TreeError

HELP = "write app.yaml, how an app is released, into every platform folder that lacks it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the ring and where."""
    parser.add_argument("--ring", default=app_file.RING, help=f"the release ring of these apps ({app_file.RING})")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Write, and name the files, or say in one line why not."""
    try:
        written = app_files.write(args.root, args.ring)
    except (scaffold.TemplateProblem, TreeError, OSError) as problem:
        print(f"app-files: {problem}", file=sys.stderr)
        return 2
    for path in written:
        print(f"wrote {path.relative_to(args.root)}")
    print(f"{count(len(written), 'file')} written, with ring {args.ring}")
    if written:
        print(
            "Where a customer has a repository of their own, write it there: docs/platform-guide.md#appyaml-field-by-field"
        )
    return 0
