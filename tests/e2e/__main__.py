"""``python -m tests.e2e [pytest's arguments]``: the tests on a cluster, brought up and taken down again if none runs."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.cluster import cluster, preflight
from tests.cluster.report import ClusterError, warn
from tests.cluster.settings import REPOSITORY, Settings


def main(arguments: list[str]) -> int:
    """Run the tests; pytest's exit code, or 2 where no cluster can run."""
    settings = Settings.load()
    running = cluster.ready(settings)
    if not running and (gaps := [*preflight.missing(), *preflight.conflicts(settings)]):
        for gap in gaps:
            warn(f"e2e: {gap}")
        return 2
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    try:
        cluster.up(settings)
        command = [sys.executable, "-m", "pytest", "-m", "e2e", *(arguments or [Path(__file__).parent])]
        return subprocess.call(command, cwd=REPOSITORY)
    except (ClusterError, subprocess.CalledProcessError) as error:
        warn(f"e2e: {error}")
        return 1
    except KeyboardInterrupt:
        warn("e2e: interrupted")
        return 1
    finally:
        if not running:
            cluster.down(settings)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
