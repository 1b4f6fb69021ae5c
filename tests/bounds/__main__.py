"""Measure all inputs, and record what each costs: docs/bounds.md is made from that."""

import sys

import yaml

from .inputs import INPUTS
from .measure import RECORDED, cost


def main() -> None:
    """Measure, and write tests/bounds/recorded.yaml."""
    recorded = {}
    for number, given in enumerate(INPUTS, 1):
        print(f"{number} of {len(INPUTS)}: {given.title}", file=sys.stderr)
        took = cost(given)
        recorded[given.title] = {
            "seconds": round(took.seconds, 1),
            "mebibytes": round(took.mebibytes),
            "printed": took.printed,
            "rules": sorted(took.rules),
        }
    RECORDED.write_text(yaml.safe_dump(recorded, sort_keys=False, width=1000), encoding="utf-8")


if __name__ == "__main__":
    main()
