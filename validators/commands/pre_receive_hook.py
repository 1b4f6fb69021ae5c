"""The pre-receive hook of a customer's git server: what is wrong with a push is said before it enters."""

import argparse
import sys
from pathlib import Path

HELP = "as git's pre-receive hook: check what is being pushed to a customer's own repository, and refuse it or not"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whose repository it is."""
    parser.add_argument("--app", default="", metavar="CUSTOMER/APP", help="(git config hosting.app of the repository)")
    parser.add_argument("--branch", default="", help="the branch that is promoted (git config hosting.branch, main)")


def run(args: argparse.Namespace) -> int:
    """Say what is wrong and what changes on the pusher's terminal; return 1 where the push mustn't enter."""
    from ..render import renderer_process

    renderer = renderer_process.begin()  # it starts while the rest is read
    from ..promotion.problem import Refused
    from ..promotion.receive import Receiver, Update
    from ..render.kustomize import KustomizeError
    from ..sources import plumbing
    from ..sources.tree import TreeError

    root = Path()
    updates = [Update(*line.split()) for line in sys.stdin]
    app = args.app or plumbing.setting(root, "hosting.app")
    if not app:
        print("pre-receive-hook: whose app is this? git config hosting.app CUSTOMER/APP", file=sys.stderr)
        return 1
    receiver = Receiver(root, app, args.branch or plumbing.setting(root, "hosting.branch") or "main", renderer)
    try:
        for text in receiver.judge(updates):
            print(text, flush=True)
    except (Refused, TreeError, KustomizeError) as problem:
        print(f"{app}: {problem}")
        return 1
    return 0
