"""Prove that the branch that ArgoCD reads is what the apps' rings render."""

import argparse
import sys
from pathlib import Path

from ..finding import count, printable
from ..render.kustomize import KustomizeError
from ..rings.branch import BRANCH, Branch
from ..rings.proof import prove
from ..sources import git
from ..sources.tree import Tree, TreeError

HELP = "prove that the branch that ArgoCD reads is what the apps' rings render, by the rules of now"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `rings-check`."""
    parser.add_argument("--branch", default=BRANCH, help=f"the branch that ArgoCD reads (default: {BRANCH})")
    parser.add_argument(
        "--commit", metavar="REV", help="a commit that is to be its new tip, in place of the branch's own"
    )
    parser.add_argument("--source", default="HEAD", metavar="REV", help="what it must be rendered from (default: HEAD)")
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")


def run(args: argparse.Namespace) -> int:
    """Compare, and print what differs. Return 1 where something does, 2 where it can't be told, else 0."""
    try:
        tree = Tree(args.root) if args.root else Tree.around(Path())
        branch = Branch.read(tree.root, args.branch)
        if args.commit:
            branch = Branch(tree.root, args.branch, git.verify(tree.root, args.commit))
        proof = prove(branch, args.source)
    except (TreeError, KustomizeError) as error:
        print(f"rings-check: {error}", file=sys.stderr)
        return 2
    for difference in proof.differences:
        print(f"{args.branch}:{printable(difference.path)}: {printable(difference.message)}")
        print(*(f"    {printable(line)}\n" for line in difference.lines), sep="", end="")
    behind = f", {count(proof.behind, 'commit')} behind {args.source}: run rings-render" if proof.behind else ""
    if proof.differences:
        many = count(len(proof.differences), "difference")
        print(f"{many}: nothing but rings-render may write {args.branch}; `rings-render --all` puts it right")
        return 1
    kept = f", {len(proof.kept)} as before because of errors ({', '.join(sorted(proof.kept))})" if proof.kept else ""
    print(f"{args.branch} is what {proof.source[:12]} renders: {count(proof.apps, 'app')}{kept}{behind}")
    return 0
