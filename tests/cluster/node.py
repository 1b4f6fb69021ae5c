"""A node: containerd, kubelet and kube-proxy in a machine of its own."""

from __future__ import annotations

from tests.cluster import configuration
from tests.cluster.machines import Machine
from tests.cluster.settings import Node, Settings


def start(settings: Settings, node: Node, machine: Machine) -> None:
    """Write the node's configuration and start its processes; it registers itself with the API server."""
    configuration.write(settings, "node", settings.run / node.name / "config", node)
    configuration.start(machine, "node", node)
