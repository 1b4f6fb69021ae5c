"""Check apps: all, those at given paths, or those that changed since a revision."""

import argparse
import importlib.util
import os
import sys
from pathlib import Path

HELP = "check all apps, those at PATH, or those that changed since a revision (the default command)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `check`."""
    from .. import formats

    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files or folders of apps; none: all apps")
    parser.add_argument(
        "--customer",
        metavar="CUSTOMER/APP",
        help="check a customer's own repository: PATH (default: here) is the folder of this one app",
    )
    parser.add_argument("--since", metavar="REV", help="only apps that changed since this git revision")
    parser.add_argument("--format", choices=formats.names(), default="text", help="how to print (default: text)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write to a file instead of the terminal")
    parser.add_argument("--root", type=Path, metavar="DIR", help="the repository (default: the one around here)")
    parser.add_argument("--no-cache", action="store_true", help="check everything anew")
    parser.add_argument(
        "--reference", action="store_true", help="hold rule `schema` against kubernetes-validate, too (slow)"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="processes at a time (default: one a core)")


def run(args: argparse.Namespace) -> int:
    """Check, print, and return 0 for no errors, 1 for some, 2 where there is nothing to check."""
    from ..render import renderer_process

    hurried = args.paths or "PRE_COMMIT" in os.environ  # a hook must be quick, and has little to check
    renderer = renderer_process.begin() if hurried else None
    from .. import formats
    from ..check.run import check
    from ..check.selection import Options
    from ..render.kustomize import KustomizeError
    from ..sources.tree import TreeError

    if args.reference and not importlib.util.find_spec("kubernetes_validate"):
        print(
            f"check: --reference needs kubernetes-validate: {sys.executable} -m pip install kubernetes-validate",
            file=sys.stderr,
        )
        return 2
    options = Options(
        args.paths,
        args.root,
        args.since,
        args.customer,
        cached=not args.no_cache,
        workers=args.workers,
        reference=args.reference,
    )
    try:
        report = check(options, renderer)
    except (TreeError, KustomizeError) as error:
        print(f"check: {error}", file=sys.stderr)
        return 2
    write = formats.writer(args.format)
    if args.output:
        with args.output.open("w", encoding="utf-8") as stream:
            write(report, stream)
    else:
        write(report, sys.stdout)
    return 1 if report.errors else 0
