"""Print a rule's page."""

import argparse
import sys

HELP = "print the page of a rule: what, why, a bad and a good example, how to put it right"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `explain`."""
    parser.add_argument("rule", metavar="RULE", help="the rule's id, as in findings: explain plain-secret")


def run(args: argparse.Namespace) -> int:
    """Print the page, or name the nearest rule where there is no such."""
    from .. import rules
    from ..policy.guess import near

    known = rules.every()
    if args.rule not in known:
        likely = near(args.rule, known)
        meant = f"did you mean {likely}?" if likely else "`rules` lists them all"
        print(f"explain: no rule {args.rule!r}; {meant}", file=sys.stderr)
        return 2
    rule = known[args.rule]
    print(f"{rule.id} ({rule.severity})\n\n{rule.doc.strip()}")
    if rule.covers:
        print(f"\nCovers: {', '.join(rule.covers)}")
    return 0
