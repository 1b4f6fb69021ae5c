"""Who reaches whom, tried as connections between pods of both nodes that stand in for an example's, and for all others."""

from __future__ import annotations

import ipaddress
import json
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.cluster import machines, processes
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Node, Settings
from tests.e2e.wait import eventually
from tests.generators import network_policies

from . import probe
from .evaluator import MAKES_PODS, slug
from .probe import CONTROL

IMAGE = "docker.io/library/python:3.13-slim-trixie"
PREFIX = "policies-"
SCRIPT = "probe"
# Tried at every pod: each port that any row names, and two that none does.
UNDOCUMENTED = ("TCP 9999", "UDP 9999")
INTERNET, NODES = "internet", "nodes"
Found = dict[tuple["Stand", "Stand", str], bool]


@dataclass(frozen=True)
class Stand:
    """A pod that stands in for `who`, on a node, with its address."""

    who: str
    node: str
    address: str


def ports(meant: dict[str, Any]) -> list[str]:
    """Every port that is tried, as the table writes it."""
    named = {port for row in meant["connections"] for port in row["ports"]} - {"any"}
    return sorted({*named, *UNDOCUMENTED})


def namespace(what: str) -> str:
    """A name for a namespace of the tests' own; the last one of that kind may still be going away."""
    return f"{PREFIX}{slug(what)}-{secrets.token_hex(2)}"


def manifest(
    namespace: str, who: str, node: Node, labels: Mapping[str, str], listening: list[str], **named: int
) -> dict:
    """A pod for a node that listens on every port; named: what the policies call a port of it."""
    container = {
        "name": "probe",
        "image": IMAGE,
        "command": ["python3", "/probe/probe.py", "serve", "::", *listening],
        "ports": [{"name": name, "containerPort": port} for name, port in named.items()],
        "readinessProbe": {"tcpSocket": {"port": CONTROL}, "periodSeconds": 1},
        "volumeMounts": [{"name": SCRIPT, "mountPath": "/probe"}],
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "namespace": namespace,
            "name": f"{PREFIX}{slug(who)}-{node.name}",
            "labels": dict(labels),
            "annotations": {"who": who},
        },
        "spec": {
            "nodeName": node.name,
            "terminationGracePeriodSeconds": 0,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "containers": [container],
            "volumes": [{"name": SCRIPT, "configMap": {"name": f"{PREFIX}{SCRIPT}"}}],
        },
    }


@contextmanager
def stands(
    kubernetes: Kubernetes, namespaces: Mapping[str, dict[str, str]], pods: list[dict], policies: Iterable[dict] = ()
) -> Iterator[list[Stand]]:
    """The pods, ready, for as long as the block runs; namespaces of the tests' own are made and removed."""
    with open(probe.__file__) as file:
        script = {"probe.py": file.read()}
    made = [name for name in namespaces if name.startswith(PREFIX)]
    there = kubernetes.kubectl("get", "namespaces", "--output=name").split()
    metadata = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        for name, labels in namespaces.items()
        if name in made or f"namespace/{name}" not in there
    ]
    scripts = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": f"{PREFIX}{SCRIPT}", "namespace": name},
            "data": script,
        }
        for name in namespaces
    ]
    try:
        _apply(kubernetes, [*metadata, *scripts, *policies, *pods])
        yield _ready(kubernetes, pods)
    finally:
        names = {
            name: [one["metadata"]["name"] for one in pods if one["metadata"]["namespace"] == name]
            for name in namespaces
        }
        for name in namespaces:
            kubernetes.kubectl(
                "delete",
                "pods",
                f"--namespace={name}",
                "--wait=false",
                "--grace-period=0",
                "--force",
                "--ignore-not-found",
                *names[name],
            )
            kubernetes.kubectl("delete", "configmap", f"--namespace={name}", f"{PREFIX}{SCRIPT}", "--ignore-not-found")
        gone = [one["metadata"]["name"] for one in metadata]
        if gone:
            kubernetes.kubectl("delete", "namespaces", "--wait=false", *gone)


def _apply(kubernetes: Kubernetes, objects: list[dict]) -> None:
    kubernetes.kubectl(
        "apply",
        "--server-side",
        "--filename=-",
        stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}),
    )


def _ready(kubernetes: Kubernetes, pods: list[dict]) -> list[Stand]:
    wanted = {(one["metadata"]["namespace"], one["metadata"]["name"]): one for one in pods}
    for attempt in eventually(120, every=1):
        with attempt:
            found = {}
            for namespace in {namespace for namespace, _ in wanted}:
                for pod in kubernetes.get("pods", f"--namespace={namespace}")["items"]:
                    key = namespace, pod["metadata"]["name"]
                    conditions = pod["status"].get("conditions", [])
                    if (
                        key in wanted
                        and {"Ready": "True"}.items() <= {c["type"]: c["status"] for c in conditions}.items()
                    ):
                        found[key] = pod
            assert found.keys() == wanted.keys(), f"not ready: {sorted(wanted.keys() - found.keys())}"
    return [
        Stand(one["metadata"]["annotations"]["who"], one["spec"]["nodeName"], found[key]["status"]["podIP"])
        for key, one in wanted.items()
    ]


def tried(settings: Settings, sources: list[Stand], targets: list[Stand], tried_ports: list[str]) -> Found:
    """What came of every source's connections to every other target; a node's own pods are always open to it."""
    found = {}
    for node in sorted({source.node for source in sources}):
        here = [one for one in sources if one.node == node]
        cells = {
            source: [(target, port) for target in targets for port in tried_ports if _tells(source, target)]
            for source in here
        }
        orders = {one: [[target.address, port] for target, port in cells[one]] for one in here}
        pods = {one.address: order for one, order in orders.items() if one.who not in (INTERNET, NODES)}
        answers = _run(settings, node, "ask", pods) if pods else {}
        answers |= {one.address: _run(settings, node, "try", orders[one]) for one in here if one.address not in pods}
        for source in here:
            found |= {
                (source, *cell): opened for cell, opened in zip(cells[source], answers[source.address], strict=True)
            }
    return found


def _tells(source: Stand, target: Stand) -> bool:
    return source != target and not (source.who == NODES and source.node == target.node)


def _run(settings: Settings, node: str, command: str, stdin: object) -> Any:
    """Run the probe on a node, or on this machine for a source that has none."""
    line = [sys.executable, probe.__file__, command]
    inside = machines.find(settings)[node].inside(line) if node else line
    return json.loads(processes.run(inside, stdin=json.dumps(stdin)))


@contextmanager
def internet(settings: Settings, listening: list[str]) -> Iterator[Stand]:
    """This machine in the internet's place: it listens outside of the cluster."""
    address = settings.data["network"]["host"]
    with subprocess.Popen([sys.executable, probe.__file__, "serve", address, *listening]) as process:
        try:
            yield Stand(INTERNET, "", address)
        finally:
            process.kill()


def nodes(settings: Settings) -> list[Stand]:
    """The nodes themselves."""
    return [Stand(NODES, node.name, node.address) for node in settings.nodes]


def network(of: list[Node]) -> str:
    """The smallest network that has the nodes in it."""
    [first, *more] = [ipaddress.ip_address(node.address) for node in of]
    wide = ipaddress.ip_network(first)
    while not all(one in wide for one in more):
        wide = wide.supernet()
    return str(wide)


@contextmanager
def unenforced(settings: Settings) -> Iterator[None]:
    """No packet is shown to the engine for as long as the block runs."""
    found = machines.find(settings)
    where = [found[node.name] for node in settings.nodes]
    for machine in where:
        machine.run("ip6tables-nft", *"-t mangle -I POSTROUTING -j ACCEPT".split())
    try:
        yield
    finally:
        for machine in where:
            machine.run("ip6tables-nft", *"-t mangle -D POSTROUTING -j ACCEPT".split())


def labels_and_ports(items: list[Any]) -> dict[str, tuple[dict[str, str], dict[str, int]]]:
    """The labels and named ports of every pod that an example makes, by name."""
    found = {network_policies.UNPLANNED: ({"unplanned": "true"}, {})}
    for item in items:
        if item.kind in MAKES_PODS:
            template = item.data["spec"]["template"]
            containers = [*template["spec"].get("initContainers", []), *template["spec"]["containers"]]
            named = {
                port["name"]: port["containerPort"]
                for one in containers
                for port in one.get("ports", [])
                if "name" in port
            }
            found[item.name] = (template["metadata"]["labels"], named)
        elif item.kind == "CronJob":
            found[network_policies.pod_name(item.data)] = (network_policies.pod_labels(item.data), {})
        elif item.kind == "Cluster":
            found[item.name] = ({"cnpg.io/cluster": item.name}, {})
    return found
