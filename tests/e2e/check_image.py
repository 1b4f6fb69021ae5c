"""`make check-image` on the cluster that the tests run on."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.cluster.settings import REPOSITORY, Settings


def command(*options: str) -> list[str]:
    """check-image, as make calls it."""
    return [sys.executable, "-m", "validators", "check-image", *options]


def environment(settings: Settings) -> dict[str, str]:
    """What make gives it."""
    path = {"PATH": settings.path, "KUBECONFIG": str(settings.kubeconfig)}
    return {**os.environ, **path, "PYTHONPATH": str(REPOSITORY)}


def run(settings: Settings, *options: str) -> subprocess.CompletedProcess[str]:
    """Try an image; stdout holds one JSON object, stderr the steps."""
    whole = command("--format=json", *options)
    return subprocess.run(whole, env=environment(settings), capture_output=True, text=True)
