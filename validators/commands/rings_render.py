"""Render what changed on the branch of the apps' folders into the branch that ArgoCD reads."""

import argparse
import sys
from pathlib import Path

from ..finding import Report, count
from ..formats import text
from ..render.kustomize import KustomizeError
from ..rings.branch import BRANCH, Branch
from ..rings.update import update
from ..sources import git
from ..sources.tree import Tree, TreeError

HELP = "render a commit, each app with its ring's library, into the branch that ArgoCD reads; pushes nothing"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `rings-render`."""
    parser.add_argument("commit", nargs="?", default="HEAD", metavar="COMMIT", help="what to render (default: HEAD)")
    parser.add_argument("--branch", default=BRANCH, help=f"where to (default: {BRANCH})")
    parser.add_argument("--all", action="store_true", help="render also what can't have changed")
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")


def run(args: argparse.Namespace) -> int:
    """Render and commit. Return 1 where apps with errors stay as they were, 2 where nothing can be rendered."""
    try:
        tree = Tree(args.root) if args.root else Tree.around(Path())
        commit = git.verify(tree.root, args.commit)
        before = Branch.read(tree.root, args.branch)
        done = update(tree.root, commit, before, everything=args.all)
    except (TreeError, KustomizeError) as error:
        print(f"rings-render: {error}", file=sys.stderr)
        return 2
    if done.findings:
        found = [finding for findings in done.findings.values() for finding in findings]
        text.write(Report(found, len(done.findings), 0, 0.0), sys.stderr)
        print(f"These stay as they were on {args.branch}: {', '.join(sorted(done.findings))}", file=sys.stderr)
    moved = f"{args.branch} is {done.branch.tip[:12]}" if done.branch.tip != before.tip else f"{args.branch} stays"
    print(f"{count(done.rendered, 'app')} rendered at {commit[:12]}, {len(done.changed)} changed; {moved}")
    return 1 if done.findings else 0
