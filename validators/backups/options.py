"""The options that the two nightly commands share: which apps, and where a run leaves what the next one begins with."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare them."""
    parser.add_argument(
        "--state", type=Path, metavar="FOLDER", help="where reports and metrics are kept from run to run"
    )
    parser.add_argument("--customer", default="", help="only this customer's APP")
    parser.add_argument("--app", default="", help="only this app")
    parser.add_argument("--root", type=Path, default=Path(), help="the repository (here)")


def wrong(args: argparse.Namespace) -> str:
    """Return what to write where they don't say enough, "" where they do."""
    if args.state is None or bool(args.customer) != bool(args.app):
        return "write STATE=folder, and CUSTOMER= with APP= or neither"
    return ""


def only(args: argparse.Namespace) -> str:
    """Return the name of the one app that is asked for, "" where all are."""
    return f"{args.customer}/{args.app}" if args.app else ""
