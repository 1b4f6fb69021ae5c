"""Processes of a container that end from one moment to the next, as when memory runs out."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import Any

import psutil

from tests.cluster import cgroups
from tests.cluster.settings import Settings


def kill(settings: Settings, pod: dict[str, Any], container: str) -> None:
    """SIGKILL every process of a running container; KeyError if the pod has no such container."""
    _kill(_members(settings, pod, container))


def kill_children(settings: Settings, pod: dict[str, Any], container: str) -> None:
    """SIGKILL every process of a running container but its first."""
    pids = _members(settings, pod, container)
    _kill([pid for pid in pids if psutil.Process(pid).ppid() in pids])


def _members(settings: Settings, pod: dict[str, Any], container: str) -> list[int]:
    """Pids as this machine sees them; AssertionError if there are none."""
    ids = {one["name"]: one["containerID"].rpartition("/")[2] for one in pod["status"]["containerStatuses"]}
    files = [file for group in cgroups.existing(settings) for file in group.glob(f"**/*{ids[container]}*/cgroup.procs")]
    pids = sorted({int(pid) for file in files for pid in file.read_text().split()})
    assert pids, f"nothing runs in {pod['metadata']['name']}, container {container}"
    return pids


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # the first one's end ends the others
            os.kill(pid, signal.SIGKILL)
