"""A node: containerd, kubelet and kube-proxy in a machine of its own."""

from __future__ import annotations

from tests.cluster import configuration
from tests.cluster.machines import Machine
from tests.cluster.settings import Node, Settings


def start(settings: Settings, node: Node, machine: Machine) -> None:
    """Write the node's configuration and start its processes; it registers itself with the API server."""
    config = settings.run / node.name / "config"
    configuration.write(settings, "node", config, node)
    if node in settings.nodes:
        machine.run("sysctl", "-qw", "net.bridge.bridge-nf-call-ip6tables=1")  # pods of one node are on a bridge
        machine.run("ip6tables-nft-restore", "--noflush", config / "network-policies.rules")
    configuration.start(machine, "node", node)
