"""Move an app's data in from its VM."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from ..authoring import backup_job, scaffold
from ..image.kubectl import ClusterProblem, Kubectl
from ..operating.moving import beside, media
from ..operating.moving.move_in import MoveIn
from ..operating.moving.place import MoveProblem
from ..operating.moving.wanted import wanted
from ..policy import names

HELP = "move an app's database and files in from a VM, by SSH, and compare both ends"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare from where, what, and into which app."""
    parser.add_argument("--customer", default="", help="whose app it is")
    parser.add_argument("--app", default="", help="its name")
    parser.add_argument("--vm", default="", help="where ssh logs in: vm1, admin@vm1.example.com")
    parser.add_argument("--database", default="", help="its name on the VM, or what libpq takes: dbname=shop user=shop")
    parser.add_argument("--sudo", default="", help="the user of the VM who may read it, as postgres (who logs in)")
    parser.add_argument("--media", default="", help="the folder of the files on the VM")
    parser.add_argument("--only", default="", help="database or media (both)")
    parser.add_argument("--replace", default="", metavar="0|1", help="data that no import brought may be moved aside")
    parser.add_argument("--accept", default="", help="collation: texts may be sorted in another way than on the VM")
    parser.add_argument("--rsync-image", default=beside.RSYNC_IMAGE, help=f"an image with rsync ({beside.RSYNC_IMAGE})")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Move, print the report, and return 1 where the two ends differ, 2 where nothing could be moved."""
    try:
        kubectl = Kubectl(names.namespace(args.customer, args.app))
        template = backup_job.template(args.root, args.customer, args.app)
        what = wanted(args.root, f"{args.customer}/{args.app}", template, vars(args))
        containers = {media.RSYNC: args.rsync_image} if what.folder else {}
        pod = beside.manifest(template, f"import-{datetime.now(UTC):%Y%m%d-%H%M%S}", containers)
        with scaffold.terminable(), beside.running(kubectl, pod) as running:
            move = MoveIn(kubectl, running, what, _say)
            alike = move.run()
    except (MoveProblem, ClusterProblem, *backup_job.PROBLEMS) as problem:
        print(f"import: {problem}", file=sys.stderr)
        return 2
    print(move.report.table(what.vm.name, kubectl.namespace))
    print(*move.notes, sep="\n")
    print(_next(what.parts) if alike else "The two ends differ: look at the lines above, then run this again")
    return 0 if alike else 1


def _next(parts: tuple[str, ...]) -> str:
    if "database" not in parts:
        return "The files are alike. The next pass copies what changes until then"
    return "Both ends are alike. Next: a sync of the app, whose /init migrates what has come (docs/moving-in.md)"


def _say(text: str) -> None:
    print(f"import: {datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)
