"""Show what the next version of the library changes in the apps of a ring, in groups of equal changes."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tabulate import tabulate

from ..check.compare import short
from ..check.diff import Difference
from ..finding import count, printable
from ..policy import pods
from ..render.kustomize import KustomizeError
from ..rings import advance
from ..rings.comparison import Group, differ, grouped
from ..rings.consequence import TEXTS
from ..sources.rings import Ring, Version
from ..sources.tree import Tree, TreeError

HELP = "show what the next version changes in a ring's apps, rendered: groups of equal changes, the worst first"
_NAMED = 5
"""Apps of a group whose names are shown."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `rings-diff`."""
    parser.add_argument("ring", nargs="?", metavar="RING", help="the ring (default: each that has a next version)")
    parser.add_argument("--to", metavar="VERSION", help="the first ring's next version (default: the newest tag)")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")


def run(args: argparse.Namespace) -> int:
    """Print what differs. Return 1 where an app can't be compared, 2 for wrong use, else 0."""
    failed = False
    try:
        tree = Tree(args.root) if args.root else Tree.around(Path())
        members = advance.members(tree)
        rings = [advance.ring_named(members.rings, args.ring)] if args.ring else list(members.rings.rings)
        reports = []
        for ring in rings:
            to = args.to if args.ring or ring == members.rings.rings[0] else None
            version = advance.next_version(tree, members.rings, ring, datetime.now(UTC), to)
            if version == ring.version:
                print(f"Ring {ring.name} has {version.name}, there is no next version for it", file=sys.stderr)
                continue
            start, apps = time.monotonic(), members.apps[ring.name]
            compared = list(differ(tree, apps, ring.version, version, progress=_progress(len(apps))))
            failed |= any(one.error for one in compared)
            seconds = time.monotonic() - start
            if args.format == "json":
                reports.append(_data(ring, version, compared))
            else:
                print("\n".join(_text(ring, version, compared, seconds)))
        if args.format == "json":
            json.dump({"version": 1, "rings": reports}, sys.stdout, indent=2)
            print()
    except (TreeError, KustomizeError) as error:
        print(f"rings-diff: {error}", file=sys.stderr)
        return 2
    return 1 if failed else 0


def _progress(total: int):
    def show(done: int) -> None:
        if sys.stderr.isatty():
            text = f"\r{done:,} of {total:,} apps rendered twice" if done < total else "\r" + " " * 40 + "\r"
            print(text, end="", file=sys.stderr, flush=True)

    return show


def _text(ring: Ring, version: Version, compared: list[Difference], seconds: float) -> Iterator[str]:
    groups = grouped(compared)
    failed = [one for one in compared if one.error]
    unchanged = len(compared) - sum(len(group.apps) for group in groups) - len(failed)
    yield f"Ring {ring.name}: {ring.version.name} -> {version.name}, {count(len(compared), 'app')} in {seconds:.1f} s"
    for group in groups:
        yield ""
        yield from _group(group)
    for one in failed:
        yield f"\n{one.app}: not compared: {printable(one.error)}"
    yield f"\n{count(unchanged, 'app')} unchanged"


def _group(group: Group) -> Iterator[str]:
    lines = "the same line" if len(group.lines) == 1 else f"the same {len(group.lines)} lines"
    more = f" and {len(group.apps) - _NAMED:,} more" if len(group.apps) > _NAMED else ""
    yield f"{count(len(group.apps), 'app')}: {lines} ({', '.join(group.apps[:_NAMED])}{more})"
    rows = [
        [
            printable(text)
            for text in (TEXTS[c], line.object, pods.short(line.field), short(line.before), short(line.after))
        ]
        for line in group.lines
        for c in [line.consequence]
    ]
    table = tabulate(rows, ["", "object", "field", "before", "after"], tablefmt="simple", disable_numparse=True)
    yield from (f"  {row.rstrip()}" for row in table.splitlines())


def _data(ring: Ring, version: Version, compared: list[Difference]) -> dict:
    return {
        "ring": ring.name,
        "before": ring.version.name,
        "after": version.name,
        "compared": len(compared),
        "groups": [
            {
                "apps": group.apps,
                "changes": [
                    {
                        "consequence": line.consequence.name.lower(),
                        "object": line.object,
                        "field": line.field,
                        "before": line.before,
                        "after": line.after,
                    }
                    for line in group.lines
                ],
            }
            for group in grouped(compared)
        ],
        "failed": [{"app": one.app, "error": one.error} for one in compared if one.error],
    }
