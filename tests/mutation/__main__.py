"""Print the mutants that live, and how many were tried."""

import sys

from .rules import every_survivor

total = living = 0
for rule, survivors, number in every_survivor():
    total += number
    living += len(survivors)
    for survivor in survivors:
        print(f"{rule}: line {survivor.line}: {survivor.what}", flush=True)
print(f"{total} mutants, {living} live", file=sys.stderr)
