"""Nodes that pods have to leave, or can't come to; they are given back whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from tests.cluster.kubernetes import Kubernetes

# As an administrator does for a node's maintenance.
DRAIN = ("--ignore-daemonsets", "--delete-emptydir-data", "--timeout=300s")


@contextmanager
def cordoned(kubernetes: Kubernetes, node: str) -> Iterator[None]:
    """No pod comes to a node for as long as the block runs."""
    kubernetes.kubectl("cordon", node)
    try:
        yield
    finally:
        kubernetes.kubectl("uncordon", node)


@contextmanager
def drained(kubernetes: Kubernetes, node: str, *options: str) -> Iterator[None]:
    """Nothing runs on a node for as long as the block does, but DaemonSets and what the options leave out."""
    with cordoned(kubernetes, node):
        kubernetes.kubectl("drain", node, *DRAIN, *options)
        yield


@contextmanager
def draining(kubernetes: Kubernetes, node: str) -> Iterator[Future[str]]:
    """The same, while the block already runs; what the drain says is in the future."""
    with cordoned(kubernetes, node), ThreadPoolExecutor(1) as pool:
        yield pool.submit(kubernetes.kubectl, "drain", node, *DRAIN)
