"""Print a rule's page."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..policy.contact import Contact

HELP = "print the page of a rule: what, why, a bad and a good example, how to put it right"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `explain`."""
    parser.add_argument("rule", metavar="RULE", help="the rule's id, as in findings: explain plain-secret")


def run(args: argparse.Namespace) -> int:
    """Print the page, or name the nearest rule where there is no such."""
    from .. import rules
    from ..policy.guess import near
    from ..rules import doc

    known = rules.every()
    if args.rule not in known:
        likely = near(args.rule, known)
        meant = f"did you mean {likely}?" if likely else "`rules` lists them all"
        print(f"explain: no rule {args.rule!r}; {meant}", file=sys.stderr)
        return 2
    rule = known[args.rule]
    print(f"{rule.id} ({rule.severity})\n\n{doc.addressed(rule.doc.strip(), _contact())}")
    if rule.covers:
        print(f"\nCovers: {', '.join(rule.covers)}")
    return 0


def _contact() -> "Contact":
    """Return whom a customer asks, as far as the repository around here says it: the platform's, or a customer's own."""
    from ..policy.contact import UNKNOWN
    from ..sources import cluster
    from ..sources.customer import facts_in
    from ..sources.tree import Tree, TreeError

    try:
        return cluster.contact(Tree.around(Path()).library)
    except TreeError:
        facts = facts_in(Path())
        return facts.contact if facts else UNKNOWN
