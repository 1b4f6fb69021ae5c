"""Give a ring its next version of the library, where nothing speaks against it."""

import argparse
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ..authoring.scaffold import write_atomically
from ..finding import Report, count
from ..formats import text
from ..image.kubectl import ClusterProblem, configured
from ..render.kustomize import KustomizeError
from ..rings import advance, answers, settings
from ..sources.tree import Tree, TreeError

HELP = "give a ring its next version: not before its time, with findings, or while apps that answered before don't"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `rings-advance`."""
    parser.add_argument("ring", metavar="RING", help="the ring that gets the version of the ring before it")
    parser.add_argument("--to", metavar="VERSION", help="the first ring's next version (default: the newest tag)")
    parser.add_argument("--dry-run", action="store_true", help="only say what speaks against it")
    parser.add_argument(
        "--except",
        dest="excused",
        action="append",
        default=[],
        metavar="CUSTOMER/APP",
        help="an app whose silence has another reason than the version; may be repeated",
    )
    parser.add_argument(
        "--connect", default="", metavar="ADDRESS[:PORT]", help="ask for pages here, not where DNS says"
    )
    parser.add_argument(
        "--authority", metavar="FILE", help="whose certificates the pages have, where it isn't a known one"
    )
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")


def run(args: argparse.Namespace) -> int:
    """Judge, write rings.yaml, and say what to do next. Return 1 where something speaks against it, 2 for wrong use."""
    now = datetime.now(UTC)
    try:
        if not configured():
            raise ClusterProblem("KUBECONFIG names no file: whether apps answer must be asked of their cluster")
        tree = Tree(args.root) if args.root else Tree.around(Path())
        known = advance.members(tree).rings
        ring = advance.ring_named(known, args.ring)
        version = advance.next_version(tree, known, ring, now, args.to)
        print(f"Judging {version.name} for ring {ring.name} ...", file=sys.stderr)
        ask = partial(answers.ask, way=answers.Way(args.connect, args.authority))
        judgement = advance.judge(tree, ring, version, now, ask, frozenset(args.excused))
    except (TreeError, KustomizeError, ClusterProblem, OSError) as error:
        print(f"rings-advance: {error}", file=sys.stderr)
        return 2
    if judgement.findings:
        apps = {finding.app for finding in judgement.findings}
        text.write(Report(judgement.findings, len(apps), 0, 0.0), sys.stderr)
    for refusal in judgement.refusals:
        print(f"rings-advance: {refusal}", file=sys.stderr)
    if not judgement.passed:
        print(f"Ring {ring.name} keeps {ring.version.name}", file=sys.stderr)
        return 1
    for answer in judgement.silent:
        print(f"{answer.app} doesn't answer already, and will not be held against {version.name}: {answer.why}")
    if args.dry_run:
        print(f"Nothing speaks against {version.name} in ring {ring.name}")
        return 0
    write_atomically(tree.root / tree.zones.rings_file, settings.text(advance.advanced(judgement, known, now)))
    quiet = f" ({count(len(judgement.silent), 'app')} silent already)" if judgement.silent else ""
    print(f"Ring {ring.name}: {ring.version.name} -> {version.name}{quiet}. Then:")
    print(f"  git commit -m 'Ring {ring.name} gets {version.name}' {tree.zones.rings_file} && make rings-render")
    print("  and push this branch, then the one that ArgoCD reads")
    return 0
