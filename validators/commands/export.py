"""Write an app's data for its customer: a dump, the files as tar, and a manifest."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from ..authoring import backup_job, scaffold
from ..image.kubectl import ClusterProblem, Kubectl
from ..operating.moving import beside
from ..operating.moving.move_out import MANIFEST, MoveOut
from ..operating.moving.place import MoveProblem
from ..policy import names

HELP = "write an app's data into a folder: a dump, the files as tar, and a manifest once both have been read back"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which app, and where to."""
    parser.add_argument("--customer", default="", help="whose app it is")
    parser.add_argument("--app", default="", help="its name")
    parser.add_argument("--out", type=Path, help="a new folder (export-<customer>-<app>-<day>)")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Write, print the report, and return 1 where what was written isn't what the app has, 2 where nothing could be."""
    now = datetime.now(UTC)
    try:
        kubectl = Kubectl(names.namespace(args.customer, args.app))
        out = args.out or Path(f"export-{kubectl.namespace}-{now:%Y-%m-%d}")
        if out.exists():
            raise MoveProblem(f"{out} exists: take another OUT")
        template = backup_job.template(args.root, args.customer, args.app)
        pod = beside.manifest(template, f"export-{now:%Y%m%d-%H%M%S}", {})
        with scaffold.terminable(), beside.running(kubectl, pod) as running:
            move = MoveOut(running, beside.media(template), out, _say)
            whole = move.run()
    except (MoveProblem, ClusterProblem, *backup_job.PROBLEMS, OSError) as problem:
        print(f"export: {problem}", file=sys.stderr)
        return 2
    print(move.report.table(kubectl.namespace, str(out)))
    if not whole:
        print(f"What was written isn't what the app has, so {out} has no {MANIFEST} and doesn't count: run it again")
        return 1
    print(f"{out} has been read back and is whole: docs/moving-out.md says what can be done with it")
    return 0


def _say(text: str) -> None:
    print(f"export: {datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)
