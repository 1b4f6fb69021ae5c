"""Show what a revision changes, rendered: per app the sizes, objects and fields that differ."""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from ..policy import pods

if TYPE_CHECKING:
    from ..app.app import App
    from ..app.sources import Sources
    from ..check.compare import Change
    from ..sources.tree import Tree

HELP = "show what changed since a revision in what apps render to: sizes, objects, fields"


class Difference(NamedTuple):
    """One app's changes, or why it can't be compared."""

    app: str
    changes: "list[Change]"
    error: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `diff`."""
    parser.add_argument("revision", metavar="REV", help="the git revision to compare the working tree with")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders of apps; none: all apps")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)")
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")


def run(args: argparse.Namespace) -> int:
    """Print what differs. Return 1 where an app can't be compared, 2 for wrong use, else 0."""
    from ..render.kustomize import KustomizeError
    from ..sources.tree import Tree, TreeError

    try:
        tree = Tree(args.root) if args.root else Tree.around(Path())
        differences, compared = differ(tree, args.revision, args.paths)
    except (TreeError, KustomizeError) as error:
        print(f"diff: {error}", file=sys.stderr)
        return 2
    write = _write_json if args.format == "json" else _write_text
    write(differences, compared, args.revision, sys.stdout)
    return 1 if any(difference.error for difference in differences) else 0


def differ(tree: "Tree", revision: str, paths: list[Path]) -> tuple[list[Difference], int]:
    """Return the apps whose render differs from the one at `revision`, and how many were compared.

    Raises TreeError where git knows no such revision or a path is outside, KustomizeError where kustomize is missing.
    """
    from ..sources import changes, git
    from ..sources.tree import Tree, TreeError

    with tempfile.TemporaryDirectory(prefix="django-hosting-") as folder:
        git.export(tree.root, revision, Path(folder))
        if not (Path(folder) / "base").is_dir():
            raise TreeError(f"{revision} has no base/ to compare with")
        before = Tree(Path(folder))
        names = {*tree.app_names(), *before.app_names()}
        wanted = changes.touched(git.changed(tree.root, revision), names)
        if paths:
            wanted &= changes.touched([changes.relative(tree, path) for path in paths], names)
        old, new = (_rendered(side, sorted(wanted)) for side in (before, tree))
        found = [_difference(old[name], new[name]) for name in sorted(wanted)]
    return [difference for difference in found if difference.changes or difference.error], len(wanted)


def _rendered(tree: "Tree", names: list[str]) -> "dict[str, App]":
    """Return the apps, rendered; what is refused in the sources is not, and `error` says why."""
    from ..app.app import App
    from ..app.sources import Sources
    from ..check.workspace import Workspace
    from ..render.objects import Rendered

    apps = [Sources.read(tree, name) for name in names]
    refused = {app.name: _refused(app) for app in apps if app.customer.files}
    with Workspace(tree.library) as workspace:
        rendered = workspace.build(
            (app.customer, app.platform) for app in apps if app.platform.files and not refused.get(app.name)
        )
    made = {}
    for app in apps:
        nothing = Rendered([], refused.get(app.name, ""))
        made[app.name] = App.of(app, rendered.get(app.platform.path, nothing))
    return made


def _refused(app: "Sources") -> str:
    """Return why an app isn't rendered, empty where it is."""
    from ..check import engine

    errors = engine.source_errors(app)
    return f"not rendered, {errors[0].place}: {errors[0].rule}: {errors[0].message}" if errors else ""


def _difference(before: "App", after: "App") -> Difference:
    from ..check.compare import compare

    if error := after.error or (before.error and f"before: {before.error}"):
        return Difference(after.name, [], error)
    return Difference(after.name, compare(before, after))


def _write_json(differences: list[Difference], compared: int, revision: str, stream: TextIO) -> None:
    apps: list[dict[str, Any]] = [
        {"app": d.app, "error": d.error, "changes": [change._asdict() for change in d.changes]} for d in differences
    ]
    json.dump({"version": 1, "revision": revision, "compared": compared, "apps": apps}, stream, indent=2)
    stream.write("\n")


def _write_text(differences: list[Difference], compared: int, revision: str, stream: TextIO) -> None:
    from tabulate import tabulate

    from ..check.compare import short
    from ..finding import count, printable

    for difference in differences:
        stream.write(f"{difference.app}\n")
        if difference.error:
            stream.write(f"  {printable(difference.error)}\n\n")
            continue
        rows = [
            [printable(text) for text in (c.what, c.object, _field(c.field), short(c.before), short(c.after))]
            for c in difference.changes
        ]
        table = tabulate(rows, ["", "object", "field", "before", "after"], tablefmt="simple", disable_numparse=True)
        stream.write("".join(f"  {line.rstrip()}\n" for line in table.splitlines()) + "\n")
    changed = sum(bool(difference.changes) for difference in differences)
    failed = len(differences) - changed
    summary = f"{count(compared, 'app')} touched since {printable(revision)}: {changed} rendered differently"
    stream.write(f"{summary}, {failed} not compared\n" if failed else f"{summary}\n")


def _field(path: str) -> str:
    """Leave out where a pod's definition is in its workload: nobody looks for it there."""
    return pods.short(path)
