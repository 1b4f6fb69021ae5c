"""List the rules."""

import argparse
import json

HELP = "list the rules"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `rules`."""
    parser.add_argument("--json", action="store_true", help="as JSON, with the scanner checks that each rule covers")


def run(args: argparse.Namespace) -> int:
    """Print the rules' ids, severities and titles."""
    from .. import rules

    if args.json:
        entries = [
            {"id": r.id, "severity": r.severity, "scope": r.scope, "title": r.title, "hint": r.hint, "covers": r.covers}
            for r in rules.every().values()
        ]
        print(json.dumps(entries, indent=2))
        return 0
    from tabulate import tabulate

    rows = [(rule.id, rule.severity, rule.title) for rule in rules.every().values()]
    print(tabulate(rows, headers=("rule", "severity", "what"), tablefmt="plain"))
    return 0
