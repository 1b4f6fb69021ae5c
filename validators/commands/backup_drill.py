"""Restore the newest points of some apps into a throw-away database, and compare them with their manifests."""

import argparse
import sys
import time
from pathlib import Path

from ..authoring.scaffold import terminable
from ..backups import fleet, options, report, throwaway
from ..backups.drill import Drilled, drill, due
from ..backups.fleet import Member
from ..backups.problem import BackupProblem
from ..backups.store import Store
from ..sources.tree import Tree, TreeError

HELP = (
    "restore the newest points of the apps whose turn it is into a throw-away database, and compare with the manifests"
)
TABLES = "components/backup/scripts/tables.sql"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which apps, and what a run needs."""
    options.add_arguments(parser)
    parser.add_argument("--scratch", type=Path, metavar="FOLDER", help="where there is room for the largest database")


def run(args: argparse.Namespace) -> int:
    """Drill the apps whose turn it is; return 1 where one's point is no good, 2 where no drill could begin."""
    if wrong := options.wrong(args):
        print(f"backup-drill: {wrong}", file=sys.stderr)
        return 2
    store = Store(args.state, "drill", Drilled)
    only = options.only(args)
    try:
        found = fleet.load(Tree(args.root), only)
        within = found.retention.drilled_within
        with store.alone(), terminable():
            known = store.load()
            records = {name: known.get(name, Drilled(time.time())) for name in found.members}
            names = [only] if only else due(records, within, time.time())

            def save() -> None:
                store.save(records, report.drilled_metrics(records, within, time.time()))

            with throwaway.server(args.scratch) as server:

                def turn(member: Member, before: Drilled) -> Drilled:
                    return drill(member.repository, server, args.root / TABLES, before, time.time())

                fleet.turns([found.members[name] for name in names], records, turn, save, jobs=1)
            save()
    except (BackupProblem, TreeError, OSError) as problem:
        print(f"backup-drill: {problem}", file=sys.stderr)
        return 2
    shown = {name: records[name] for name in names}
    print(report.drilled_table(shown) if shown else "No app's turn: each was drilled within half the cycle.")
    return 1 if any(one.problem for one in shown.values()) else 0
