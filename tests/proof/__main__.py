"""``python -m tests.proof update``: docs/proof.md from the last runs; ``check``: every claim has a test that passed."""

from __future__ import annotations

import argparse
import json
import sys

from tests import generators
from tests.conftest import ROOT
from tests.generators import proof, resilience

from . import claims, results

# What is made of the results.
PAGES = (proof, resilience)


def main() -> int:
    """Do what is asked for; 1 where claims are wrong or, for `check`, not proven."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument("what", choices=["update", "check"])
    what = parser.parse_args().what
    tests = sorted({test for claim in proof.claims(ROOT) for test in claim.tests})
    collected = claims.collect(ROOT, tests)
    known = proof.read_results(ROOT)
    if what == "update":
        known = results.update(known, tests, collected, ROOT / results.FOLDER)
        (ROOT / proof.RESULTS).write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for page in PAGES:
            generators.write(ROOT, page)
    wrong = claims.problems(ROOT) + claims.missing(ROOT, collected)
    open_ = claims.unproven(ROOT, known)
    for line in wrong + (open_ if what == "check" else []):
        print(line, file=sys.stderr)
    print(f"proof: {len(tests)} tests, {len(open_)} claims not proven by a run, {len(wrong)} mistakes in the claims")
    return int(bool(wrong or (open_ and what == "check")))


if __name__ == "__main__":
    sys.exit(main())
