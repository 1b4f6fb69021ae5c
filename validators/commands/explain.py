"""Print a rule's page."""

import argparse
import difflib
import sys

HELP = "print the page of a rule: what, why, a bad and a good example, how to put it right"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `explain`."""
    parser.add_argument("rule", metavar="RULE", help="the rule's id, as in findings: explain plain-secret")


def run(args: argparse.Namespace) -> int:
    """Print the page, or name the nearest rule where there is no such."""
    from .. import rules

    known = rules.every()
    if args.rule not in known:
        near = difflib.get_close_matches(args.rule, known, n=1)
        meant = f"did you mean {near[0]}?" if near else "`rules` lists them all"
        print(f"explain: no rule {args.rule!r}; {meant}", file=sys.stderr)
        return 2
    rule = known[args.rule]
    print(f"{rule.id} ({rule.severity})\n\n{rule.doc.strip()}")
    if rule.covers:
        print(f"\nCovers: {', '.join(rule.covers)}")
    return 0
