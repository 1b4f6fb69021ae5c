"""Open a kit: to try whether it is complete for git as it is now, or to begin again with it."""

import argparse
import sys
from pathlib import Path

from ..finding import count, printable
from ..operating.recovery import box, contents
from ..operating.recovery.sealed import RecoveryProblem
from ..sources.tree import Tree, TreeError

HELP = "open a kit of dr-kit, hold it against git as it is now, and write its files into a folder if one is named"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which kit, by which key, and where to."""
    parser.add_argument("--kit", type=Path, default=Path(), help="the file that dr-kit wrote")
    parser.add_argument("--identity", type=Path, default=Path(), help="a private key to it: age's, SSH's")
    parser.add_argument("--to", type=Path, help="a new folder for its files; without: it is only tried")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Open it; 1 where it lacks what git needs now, which is said, 2 where it can't be opened."""
    try:
        for name, path in (("KIT", args.kit), ("IDENTITY", args.identity)):
            if not path.is_file():
                raise RecoveryProblem(f"{name} {str(path)!r}: there is no such file")
        manifest, files = box.open_(args.kit, args.identity)
        print(
            printable(
                f"{args.kit}: {count(len(files), 'file')}, made {manifest.get('made')} for commit {manifest.get('commit')}"
            )
        )
        if args.to:
            box.write(files, args.to)
            print(f"{args.to}: its files, for your eyes alone: docs/disaster.md says what to do with them")
        missing = list(contents.lacks(Tree(args.root), files, _say))
    except (RecoveryProblem, TreeError, OSError) as problem:
        print(f"dr-kit-open: {problem}", file=sys.stderr)
        return 2
    print(*missing, sep="\n", end="\n" if missing else "")
    print(
        f"It lacks {count(len(missing), 'thing')}: make a new one" if missing else "It is complete for git as it is now"
    )
    return 1 if missing else 0


def _say(text: str) -> None:
    print(f"dr-kit-open: {text}", file=sys.stderr, flush=True)
