"""``python -m tests.e2e [pytest's arguments]``: the tests on a cluster, brought up and taken down again if none runs."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.cluster import lend


def main(arguments: list[str]) -> int:
    """Run the tests; pytest's exit code, or 2 where no cluster can run."""
    command = [sys.executable, "-m", "pytest", "-m", "e2e", *(arguments or [Path(__file__).parent])]
    return lend.run("e2e", command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
