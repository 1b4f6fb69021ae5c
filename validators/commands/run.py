"""Run a command in a pod of its own, beside a running app."""

import argparse
import shlex
import sys

from ..authoring import scaffold
from ..image.kubectl import ClusterProblem, Kubectl
from ..operating import one_off
from ..policy import names

HELP = "run a command in a pod of its own, with an app's image, environment and files"
SECONDS = 3600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what is run, and where."""
    parser.add_argument("--customer", default="", help="whose app it is")
    parser.add_argument("--app", default="", help="its name")
    parser.add_argument(
        "--command", default="", dest="line", metavar="COMMAND", help="the command, as a shell reads it"
    )
    parser.add_argument("--seconds", default="", help=f"when it is ended at the latest ({SECONDS})")
    parser.add_argument("words", nargs="*", metavar="WORD", help="the command as words, after --")


def run(args: argparse.Namespace) -> int:
    """Run it, and return its exit code; 2 where it couldn't be started."""
    try:
        namespace = names.namespace(args.customer, args.app)
        wanted = one_off.Run(_command(args), _seconds(args.seconds))
        with scaffold.terminable():
            return one_off.run(
                Kubectl(namespace), wanted, terminal=sys.stdin.isatty() and sys.stdout.isatty(), say=_say
            )
    except (names.NameProblem, ClusterProblem) as problem:
        print(f"run: {problem}", file=sys.stderr)
        return 2


def _command(args: argparse.Namespace) -> list[str]:
    try:
        words = args.words or shlex.split(args.line)
    except ValueError as error:
        raise names.NameProblem(f"COMMAND {args.line!r}", f"can't be read: {error}") from None
    if not words:
        raise names.NameProblem("COMMAND", "is missing", 'write COMMAND="python manage.py shell"')
    return words


def _seconds(text: str) -> int:
    if text and not (text.isascii() and text.isdecimal() and 1 <= int(text) <= one_off.MOST_SECONDS):
        raise names.NameProblem(f"SECONDS {text!r}", "", f"write a whole number, 1 to {one_off.MOST_SECONDS}")
    return int(text or SECONDS)


def _say(text: str) -> None:
    print(f"run: {text}", file=sys.stderr, flush=True)
