"""``python -m tests.cluster up|down|status|build``: bring the cluster up, take it down, say what runs.

``python -m tests.cluster run COMMAND ...`` runs a command with KUBECONFIG and PATH set to the cluster, see lend.py.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys

from tests.cluster import cluster, lend, preflight
from tests.cluster.kubernetes import last
from tests.cluster.report import ClusterError, warn
from tests.cluster.settings import Settings

COMMANDS = {
    "up": cluster.up,
    "down": cluster.down,
    "status": cluster.status,
    "build": cluster.build,
}


def main() -> int:
    """Run one command; 0 done, 1 it failed or (status) nothing runs, 2 the machine can't; `run`: as the command ends."""
    if sys.argv[1:2] == ["run"]:
        settings = Settings.load()
        environment = {**os.environ, "KUBECONFIG": str(settings.kubeconfig), "PATH": settings.path}
        return lend.run("cluster", settings, sys.argv[2:], environment)
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument("command", choices=COMMANDS, help="up and build make what is missing first; down cleans up")
    command, settings = parser.parse_args().command, Settings.load()
    if command in ("up", "build") and (gaps := preflight.missing()):
        for gap in [*gaps, preflight.STILL]:
            warn(f"cluster: {gap}")
        return 2
    if command == "up" and (others := list(preflight.conflicts(settings))):
        warn(f"cluster: {others[0]}")
        return 2
    for sign in (signal.SIGINT, signal.SIGTERM):  # SIGINT too: a shell's background job starts with it ignored
        signal.signal(sign, signal.default_int_handler)
    try:
        return COMMANDS[command](settings)
    except ClusterError as error:
        warn(f"cluster: {error}")
    except subprocess.CalledProcessError as error:
        warn(f"cluster: {' '.join(error.cmd)[:300]}: {last((error.stderr or '') or (error.stdout or ''))}")
    except KeyboardInterrupt:
        warn("cluster: interrupted; nothing of it is left running")
    return 1


if __name__ == "__main__":
    sys.exit(main())
