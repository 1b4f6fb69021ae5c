"""The command line: every file in validators/commands is a subcommand."""

import argparse
import importlib
import pkgutil
import sys

from . import commands


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with a subparser for each file in validators/commands (new_app.py: new-app)."""
    parser = argparse.ArgumentParser(prog="django-hosting", description=__doc__)
    subparsers = parser.add_subparsers(dest="command", required=True)
    for module in pkgutil.iter_modules(commands.__path__):
        command = importlib.import_module(f"{commands.__name__}.{module.name}")
        name = module.name.replace("_", "-")
        subparser = subparsers.add_parser(name, help=command.HELP, description=command.HELP)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand and return its exit code: 0 fine, 1 findings, 2 wrong use."""
    args = build_parser().parse_args(argv)
    try:
        return args.run(args)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
