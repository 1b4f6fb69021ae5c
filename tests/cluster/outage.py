"""A node as the others see it when its power is cut: from one moment to the next it runs nothing and answers nothing."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from tests.cluster import machines, processes
from tests.cluster.settings import CONTROL, Node, Settings


@contextmanager
def stopped(settings: Settings, node: Node) -> Iterator[None]:
    """Stop a node for as long as the block runs.

    Its cable is cut first: a killed process would still say goodbye to its peers, a dead machine doesn't. Its processes
    are frozen, not killed, and go on afterwards as after a pause of the machine: nobody has to build the node anew.
    """
    control = machines.find(settings)[CONTROL]
    control.run("ip", "link", "set", node.name, "down")
    frozen = freeze(settings, node)
    try:
        yield
    finally:
        for process in frozen:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)
        control.run("ip", "link", "set", node.name, "up")


def freeze(settings: Settings, node: Node, seconds: float = 10) -> list[psutil.Process]:
    """Stop every process of a node, also those that are being started; AssertionError if that doesn't come to an end."""
    frozen: dict[int, psutil.Process] = {}
    deadline = time.monotonic() + seconds
    while fresh := [process for process in members(settings, node) if process.pid not in frozen]:
        assert time.monotonic() < deadline, f"{node.name} starts processes faster than they can be stopped"
        for process in fresh:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGSTOP)
                frozen[process.pid] = process
    return list(frozen.values())


def members(settings: Settings, node: Node) -> list[psutil.Process]:
    """Every process with a node's network, or in a pod of it: below its first process, or started in it from here."""
    first = machines.find(settings)[node.name].pid
    roots = [process for process, name in processes.tagged(settings.run) if name.startswith(f"{node.name}-")]
    found = {process.pid: process for process in [psutil.Process(first), *roots]}
    for root in list(found.values()):
        with suppress(psutil.NoSuchProcess):
            found |= {child.pid: child for child in root.children(recursive=True)}
    return [process for process in found.values() if Path(f"/proc/{process.pid}").exists()]
