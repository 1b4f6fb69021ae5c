"""``python -m tests.proof update``: docs/proof.md from the last runs; ``check``: what the claims' tests said, and of which
files."""

from __future__ import annotations

import argparse
import json
import sys

from tests import generators
from tests.conftest import ROOT
from tests.generators import figures, proof

from . import claims, results

# What is made of the results.
PAGES = (proof, figures)


def main() -> int:
    """Do what is asked for; 1 where claims are wrong or, for `check`, a test of one failed or never ran.

    `check` also counts the runs that aren't in the committed results yet, as CI's own.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument("what", choices=["update", "check"])
    what = parser.parse_args().what
    collected = claims.collect(ROOT, proof.tests(ROOT))
    known = results.update(ROOT, proof.read_results(ROOT), collected)
    if what == "update":
        (ROOT / proof.RESULTS).write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        for page in PAGES:
            generators.write(ROOT, page)
    judged = proof.judged(ROOT, known)
    wrong = claims.problems(ROOT) + claims.missing(ROOT, collected)
    open_ = claims.unproven(ROOT, judged)
    for line in claims.stale(ROOT, judged) + wrong + (open_ if what == "check" else []):
        print(line, file=sys.stderr)
    print(f"{proof.counts(ROOT, judged)}; {len(proof.tests(ROOT))} tests named, {len(wrong)} mistakes in claims.yaml")
    return int(bool(wrong or (open_ and what == "check")))


if __name__ == "__main__":
    sys.exit(main())
