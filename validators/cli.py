"""The command line: every file in validators/commands is a subcommand, and none named means `check`."""

import argparse
import atexit
import gc
import importlib
import pkgutil
import re
import sys
from pathlib import Path
from types import ModuleType

from . import commands, variables
from .policy.guess import near

DESCRIPTION = "Check, render and write the apps of this repository. Without a command: check."
DEFAULT = "check"
_TYPO = 0.7
"""How alike a word and a command are where one is taken for the other."""


def names() -> list[str]:
    """Return the names of the subcommands, new-app for new_app.py, sorted."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(commands.__path__))


def _load(name: str) -> ModuleType:
    return importlib.import_module(f"{commands.__name__}.{name.replace('-', '_')}")


def _mistyped(word: str, known: list[str]) -> str:
    """Return the command that a word is likely to mean that is neither one nor a path, which `check` takes; else ""."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z_-]*", word) or Path(word).exists():
        return ""
    return near(word.lower(), known, alike=_TYPO)


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the parser with a subparser for each command, or with only the one that is asked for: imports cost
    time."""
    parser = argparse.ArgumentParser(prog="django-hosting", description=DESCRIPTION)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in [command] if command else names():
        module = _load(name)
        subparser = subparsers.add_parser(name, help=module.HELP, description=module.HELP)
        module.add_arguments(subparser)
        subparser.set_defaults(run=module.run)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one subcommand and return its exit code: 0 fine, 1 findings, 2 wrong use."""
    argv = list(sys.argv[1:] if argv is None else argv)
    asks_for_help = bool(argv) and argv[0] in ("-h", "--help")
    known = names()
    if not asks_for_help and (not argv or argv[0] not in known):
        if argv and (likely := _mistyped(argv[0], known)):
            print(f"no command {argv[0]}; did you mean {likely}?", file=sys.stderr)
            return 2
        argv.insert(0, DEFAULT)
    # Looking for cycles after every 700 objects costs a tenth of a check, which makes hardly any; and so at the end.
    gc.set_threshold(50_000)
    atexit.register(gc.freeze)
    try:
        argv[1:] = variables.options(argv[0], argv[1:], lambda: _load(argv[0]))
    except variables.UnknownVariable as problem:
        print(problem, file=sys.stderr)
        return 2
    args = build_parser(None if asks_for_help else argv[0]).parse_args(argv)
    try:
        return args.run(args)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
