"""Keep what exists nowhere but in the cluster, encrypted."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from ..finding import count
from ..image.kubectl import ClusterProblem
from ..operating.recovery import box, contents
from ..operating.recovery.sealed import RecoveryProblem
from ..sources import git
from ..sources.tree import Tree, TreeError

HELP = "write a kit of all keys that exist nowhere but in the cluster, encrypted, and held against git"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare for whom, from where and where to."""
    parser.add_argument("--recipients", type=Path, default=Path(), help="a file with a public key a line: age's, SSH's")
    parser.add_argument("--keys", type=Path, default=Path("/nowhere"), help="the folder with the platform's own keys")
    parser.add_argument("--out", type=Path, help="the kit (dr-kit-<day>.age)")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Write the kit; 1 where something is missing, which is said, 2 where nothing could be read. Then there is no kit."""
    out = args.out or Path(f"dr-kit-{datetime.now(UTC):%Y-%m-%d}.age")
    try:
        if not args.recipients.is_file():
            raise RecoveryProblem("RECIPIENTS: write a file with a public key a line, age's or SSH's")
        tree = Tree(args.root)
        files = contents.collect(args.keys)
        missing = list(contents.lacks(tree, files, _say))
        for line in missing:
            print(line)
        if missing:
            print(f"No kit: {count(len(missing), 'thing')} missing", file=sys.stderr)
            return 1
        box.close(files, git.verify(args.root, "HEAD"), args.recipients, out)
    except (RecoveryProblem, ClusterProblem, TreeError, OSError) as problem:
        print(f"dr-kit: {problem}", file=sys.stderr)
        return 2
    print(
        f"{out}: {count(len(files), 'file')}, complete for this commit. Keep it away from the cluster; make dr-kit-open tries it"
    )
    return 0


def _say(text: str) -> None:
    print(f"dr-kit: {text}", file=sys.stderr, flush=True)
