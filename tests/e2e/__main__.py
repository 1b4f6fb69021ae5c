"""``python -m tests.e2e [pytest's arguments]``: the tests on a cluster, brought up and taken down again if none runs."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.cluster import lend
from tests.cluster.report import warn
from tests.e2e import foreign


def main(arguments: list[str]) -> int:
    """Run the tests; pytest's exit code, or 2 where no cluster can run."""
    settings = foreign.load()
    if isinstance(settings, foreign.Foreign) and (gaps := foreign.missing(settings)):
        for gap in gaps:
            warn(f"e2e: {gap}")
        return 2
    # Not folded: what is skipped is told by its name, with the reason.
    command = [sys.executable, "-m", "pytest", "-m", "e2e", "--no-fold-skipped"]
    return lend.run("e2e", settings, [*command, *(arguments or [Path(__file__).parent])])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
