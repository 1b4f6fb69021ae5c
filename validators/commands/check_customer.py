"""Check a customer's own repository, which holds nothing but the customer folder, with stand-in sizes."""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..finding import Finding
    from ..formats import Report

HELP = "check a customer's own repository against the library of this version, as the platform would"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `check-customer`."""
    from .. import formats

    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="the customer's folder (here)")
    parser.add_argument("--app", required=True, metavar="CUSTOMER/APP", help="its names at the platform: acme/shop")
    parser.add_argument("--format", choices=formats.names(), default="text", help="how to print (default: text)")


def run(args: argparse.Namespace) -> int:
    """Check, print, and return 0 for no errors, 1 for some, 2 for wrong use."""
    from .. import formats, kustomize, names
    from ..tree import TreeError

    try:
        customer, _, app = args.app.partition("/")
        names.namespace(customer, app)
        report = check(args.folder, args.app)
    except (names.NameProblem, TreeError, kustomize.KustomizeError) as error:
        print(f"check-customer: {error}", file=sys.stderr)
        return 2
    formats.writer(args.format)(report, sys.stdout)
    return 1 if report.errors else 0


def check(folder: Path, name: str) -> "Report":
    """Return the report on the app `customer/app` in `folder`, places in the customer's files relative to it.

    Raises TreeError where there is no customer folder, KustomizeError where kustomize is missing.
    """
    from .. import engine, stand_in, suppress
    from ..formats import Report
    from ..render import Workspace
    from ..tree import KUSTOMIZATION, TreeError

    start = time.monotonic()
    if not os.path.lexists(folder / KUSTOMIZATION):
        raise TreeError(f"{folder}: no {KUSTOMIZATION} here; give the customer's folder")
    app = stand_in.app(folder, name)
    with Workspace(app.library) as workspace:
        [result] = engine.check(stand_in.library(), [app], workspace)
    findings = suppress.apply(result.findings, result.suppressions, whole=False)
    return Report(
        sorted({_here(finding, app.customer.path) for finding in findings}),
        apps=1,
        files=len(app.customer.files),
        seconds=time.monotonic() - start,
        colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ,
    )


def _here(finding: "Finding", folder: str) -> "Finding":
    """Return a finding with its place relative to the customer's folder, `.` for the folder itself."""
    from dataclasses import replace

    path = finding.place.path
    path = "." if path == folder else path.removeprefix(f"{folder}/")
    return replace(finding, place=finding.place._replace(path=path))
