"""Thin the points of every app's backup by the platform's key, and prove that it had an effect."""

import argparse
import sys
import time

from ..authoring.scaffold import terminable
from ..backups import fleet, options, report
from ..backups.fleet import Member
from ..backups.problem import BackupProblem
from ..backups.retention import Kept, keep
from ..backups.store import Store
from ..sources.tree import Tree, TreeError

HELP = "thin the points of every app's backup by the keep rules, prune, read a part back, and compare what is left"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which apps, and how many at a time."""
    options.add_arguments(parser)
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="apps at a time (2)")


def run(args: argparse.Namespace) -> int:
    """Look after all apps; return 1 where one's retention failed, 2 where none's could begin."""
    if wrong := options.wrong(args) or ("" if args.jobs > 0 else "write JOBS=1 or more"):
        print(f"backup-retention: {wrong}", file=sys.stderr)
        return 2
    store = Store(args.state, "retention", Kept)
    only = options.only(args)
    try:
        found = fleet.load(Tree(args.root), only)
        expected = [name for name, member in found.members.items() if member.expected]
        with store.alone(), terminable():
            known = store.load()
            records = {name: known.get(name, Kept(time.time())) for name in found.members}

            def turn(member: Member, before: Kept) -> Kept:
                return keep(member.repository, found.retention.keep, before, time.time())

            def save() -> None:
                store.save(records, report.kept_metrics(records, expected, time.time()))

            chosen = [member for name, member in found.members.items() if name == only or not only]
            fleet.turns(chosen, records, turn, save, args.jobs)
            save()
    except (BackupProblem, TreeError, OSError) as problem:
        print(f"backup-retention: {problem}", file=sys.stderr)
        return 2
    shown = {member.name: records[member.name] for member in chosen}
    print(report.kept_table(shown))
    if found.without and not only:
        print(f"\nWithout a backup, by what their platform folders list: {', '.join(found.without)}")
    return 1 if any(one.problem for one in shown.values()) else 0
