"""The cluster lent to a command: brought up if it isn't, and then taken down again when the command has ended."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path

from tests.cluster import cluster, preflight
from tests.cluster.report import ClusterError, warn
from tests.cluster.settings import REPOSITORY, Settings


def run(
    name: str, settings: Settings, command: Sequence[str | Path], environment: Mapping[str, str] | None = None
) -> int:
    """Run a command in the repository; its exit code, 1 for a cluster that doesn't come up, 2 where none can run."""
    running = cluster.ready(settings)
    if not running and (gaps := [*preflight.missing(), *preflight.conflicts(settings)]):
        for gap in [*gaps, preflight.STILL]:
            warn(f"{name}: {gap}")
        return 2
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.default_int_handler)
    try:
        with redirect_stdout(sys.stderr):  # what the command prints may be read by a program
            cluster.up(settings)
        return _wait(subprocess.Popen(command, cwd=REPOSITORY, env=environment))
    except (ClusterError, subprocess.CalledProcessError) as error:
        warn(f"{name}: {error}")
        return 1
    except KeyboardInterrupt:
        warn(f"{name}: interrupted")
        return 1
    finally:
        if not running:
            with redirect_stdout(sys.stderr):
                cluster.down(settings)


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Wait for a process; an interruption is passed on, and waited for too: it has something to put in order."""
    try:
        return process.wait()
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        process.wait()
        raise
