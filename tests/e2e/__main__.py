"""``python -m tests.e2e [--all | pytest's arguments]``: the tests on a cluster, brought up and taken down again if none runs.

Without arguments: one or more of each kind; --all: those marked `thorough`, too, and what is broken under load or tried by
check-image.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.cluster import lend
from tests.cluster.report import warn
from tests.e2e import foreign

HERE = Path(__file__).parent
ALL = [HERE, HERE.parent / "image", HERE.parent / "resilience"]


def main(arguments: list[str]) -> int:
    """Run the tests; pytest's exit code, or 2 where no cluster can run."""
    settings = foreign.load()
    if isinstance(settings, foreign.Foreign) and (gaps := foreign.missing(settings)):
        for gap in gaps:
            warn(f"e2e: {gap}")
        return 2
    # Not folded: what is skipped is told by its name, with the reason.
    command = [sys.executable, "-m", "pytest", "--no-fold-skipped", "-m"]
    if not arguments:
        command += ["e2e and not thorough", HERE]
    elif arguments == ["--all"]:
        command += ["e2e", *ALL]
    else:
        command += ["e2e", *arguments]
    return lend.run("e2e", settings, command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
