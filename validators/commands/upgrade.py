"""Replace the library in a hoster's repository, and say what that changes."""

import argparse
import sys
from pathlib import Path

from ..authoring import scaffold, upgrade
from ..authoring.library import LibraryProblem, version
from ..check.diff import differ
from ..finding import count
from ..render.kustomize import KustomizeError
from ..sources.tree import Tree, TreeError
from . import diff

HELP = "replace the library in a repository that `init` made by this version's, and show what changes"

_NEXT = """
Do what the changelog asks for, then: make check; git add --all; git commit
To take it back instead: git checkout . && git clean -d --force"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the version, to be sure of it, and where."""
    parser.add_argument("version", nargs="?", metavar="VERSION", help="refuse if this package is of another version")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def run(args: argparse.Namespace) -> int:
    """Replace, and print what follows; return 1 where an app doesn't build any more, 2 where it is refused."""
    try:
        if args.version and args.version.removeprefix("v") != version():
            raise LibraryProblem(
                f"this is django-hosting {version()}: pip install django-hosting=={args.version.removeprefix('v')}, then again"
            )
        made = upgrade.replace(args.root)
        print(
            f"The library is {made.after} now, {made.before} before: {count(len(made.changed), 'file')} changed.",
            flush=True,
        )
        print("Rendering the apps with both, which takes about 0.1 s an app ...\n", file=sys.stderr, flush=True)
        differences, compared = differ(Tree(args.root), "HEAD", [])
    except (LibraryProblem, scaffold.TemplateProblem, TreeError, KustomizeError, OSError) as problem:
        print(f"upgrade: {problem}", file=sys.stderr)
        return 2
    diff.write_text(differences, compared, f"HEAD, by version {made.after}", sys.stdout)
    if made.changelog:
        print(f"\n{made.changelog}")
    print(_NEXT)
    return 1 if any(difference.error for difference in differences) else 0
