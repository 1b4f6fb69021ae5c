"""Print what one app renders to."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..sources.tree import Tree

HELP = "print what an app renders to, as ArgoCD would deploy it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `render`."""
    parser.add_argument("app", metavar="CUSTOMER/APP", help="the app, or a path to one of its folders or files")
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")


def run(args: argparse.Namespace) -> int:
    """Render and print; findings in the sources come first and keep the app from being rendered."""
    from .. import formats
    from ..app.sources import Sources
    from ..check import engine
    from ..check.workspace import Workspace
    from ..finding import Report
    from ..render.kustomize import KustomizeError
    from ..sources.tree import Tree, TreeError

    try:
        tree = Tree(args.root) if args.root else Tree.around(Path())
        app = Sources.read(tree, _named(tree, args.app))
        if findings := engine.source_errors(app):
            formats.writer("text")(Report(findings, 1, len(app.customer.files), 0.0), sys.stderr)
            return 1
        with Workspace(tree.library) as workspace:
            workspace.write(app.customer)
            workspace.write(app.platform)
            sys.stdout.buffer.write(workspace.stream(app.platform.path))
    except (TreeError, KustomizeError) as error:
        print(f"render: {error}", file=sys.stderr)
        return 2
    return 0


def _named(tree: "Tree", text: str) -> str:
    """Return the one app that `text` means. Raises TreeError where that is none or several."""
    from ..sources import changes
    from ..sources.tree import TreeError

    names = set(tree.app_names())
    if text in names:
        return text
    meant = changes.touched([changes.relative(tree, Path(text))], names, tree.zones)
    if len(meant) != 1:
        raise TreeError(f"{text} is {'several apps' if meant else 'no app'}; write CUSTOMER/APP")
    return meant.pop()
