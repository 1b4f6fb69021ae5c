"""NFS clients: pods with a Linux kernel of their own (tests/cluster/images/nfs-client.yaml), since the nodes' may have none."""

from __future__ import annotations

import http.client
import json
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.cluster.kubernetes import Kubernetes
from tests.cluster.processes import CommandError
from tests.cluster.settings import Node
from tests.e2e.app import App
from tests.e2e.wait import eventually

MEDIA = "/media"
APP_USER = 10001
PYTHON = "/venv/bin/python"
PROGRAMS = Path(__file__).parent / "on_nfs"
NAMESPACE = "e2e-nfs-clients"
LONGEST_CALL = 300  # seconds


class Client:
    """A machine beside the nodes, with mounts of its own. Names differ, as NFS servers tell clients by them."""

    def __init__(self, kubernetes: Kubernetes, node: Node) -> None:
        self.kubernetes, self.node, self.name = kubernetes, node, f"client-{node.name}"

    def start(self) -> None:
        """Create the pod; it isn't up yet."""
        self.kubernetes.kubectl("create", "--filename=-", stdin=json.dumps(_pod(self.name, self.node)))

    def mount(self, volume: dict[str, Any]) -> None:
        """Wait for it, and mount what a PersistentVolume names, with its options, as a kubelet would."""
        self.kubernetes.wait("condition=Ready", f"pod/{self.name}", f"--namespace={NAMESPACE}", seconds=180)
        server, path = volume["nfs"]["server"], volume["nfs"]["path"]
        options = ",".join([*volume["mountOptions"], f"addr={server}", f"clientaddr={self.address}"])
        self.run("mkdir", "-p", MEDIA, user=0)
        self.run("mount", "-i", "-t", "nfs4", "-o", options, f"[{server}]:{path}", MEDIA, user=0)

    @cached_property
    def address(self) -> str:
        """The pod's, once it is ready, which is the machine's."""
        return self.kubernetes.get("pod", self.name, f"--namespace={NAMESPACE}")["status"]["podIP"]

    def run(self, *command: str, user: int = APP_USER, stdin: str = "") -> str:
        """Run a command in the machine, as the app's user; its output. Raises CommandError or OSError."""
        with xmlrpc.client.ServerProxy(f"http://[{self.address}]:8000", transport=_Patient()) as machine:
            code, output, errors = machine.run(list(command), user, stdin)
        if code:
            raise CommandError(code, list(command), output, errors)
        return output

    def program(self, name: str, *arguments: str | float) -> Any:
        """Run a program of the folder on_nfs as the app's user; the JSON that it prints at its end."""
        source = (PROGRAMS / f"{name}.py").read_text()
        return json.loads(self.run(PYTHON, "-", *map(str, arguments), stdin=source))


class _Patient(xmlrpc.client.Transport):
    """A call may hang as long as its file system does, but not for ever."""

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        """Connect with a time limit."""
        return http.client.HTTPConnection(self.get_host_info(host)[0], timeout=LONGEST_CALL)


@contextmanager
def clients(kubernetes: Kubernetes, nodes: list[Node], volume: dict[str, Any]) -> Iterator[list[Client]]:
    """A client on each node that has the volume mounted."""
    kubernetes.kubectl("delete", "namespace", NAMESPACE, "--ignore-not-found")
    kubernetes.kubectl("create", "namespace", NAMESPACE)
    kubernetes.kubectl(
        "label", "namespace", NAMESPACE, "pod-security.kubernetes.io/audit=privileged"
    )  # see fleet.TENANT
    made = [Client(kubernetes, node) for node in nodes]
    try:
        for client in made:
            client.start()
        for client in made:
            client.mount(volume)
        yield made
    finally:
        kubernetes.kubectl("delete", "namespace", NAMESPACE, "--wait=false")


def wait_ready(server: App, seconds: float = 120) -> None:
    """Wait until the server's pod is ready; one that is going away doesn't count."""
    for attempt in eventually(seconds):
        with attempt:
            [pod] = server.pods("nfs-server")
            conditions = {one["type"]: one["status"] for one in pod["status"].get("conditions", [])}
            assert conditions.get("Ready") == "True"


def _pod(name: str, node: Node) -> dict[str, Any]:
    """A pod whose network device belongs to its own kernel. Its address answers as soon as that kernel is up."""
    container = {
        "name": "kernel",
        "image": "registry.example.com/tests/nfs-client:6.12",
        "securityContext": {"privileged": True},
        # A kernel with a share of the CPU that is next to nothing looks dead to its peers.
        "resources": {"requests": {"cpu": "100m", "memory": "384Mi"}},
        "readinessProbe": {"tcpSocket": {"port": 8000}, "periodSeconds": 1},
        # Its memory is a file there.
        "volumeMounts": [{"name": "memory", "mountPath": "/dev/shm"}],  # noqa: S108
    }
    spec = {
        "nodeName": node.name,
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 1,
        "containers": [container],
        "volumes": [{"name": "memory", "emptyDir": {"medium": "Memory"}}],
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": NAMESPACE}, "spec": spec}
