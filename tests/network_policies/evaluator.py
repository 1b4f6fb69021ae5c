"""What NCA, an evaluator of NetworkPolicies that others wrote, makes of a render: who may talk to whom."""

from __future__ import annotations

import copy
import ipaddress
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml

from tests.generators.network_policies import UNPLANNED, Connection, pod_labels, pod_name
from validators.render import kustomize

Direction = Literal["Ingress", "Egress"]
NCA = kustomize.TOOLS.parent / "nca" / "bin" / "nca"
MAKES_PODS = {"Deployment": "replicas", "StatefulSet": "replicas", "Job": "parallelism"}
_LINE = re.compile(r"^(?P<source>\S+) => (?P<target>\S+) : (?P<ports>.*)$")
_POD = re.compile(r"(?P<namespace>[a-z][a-z0-9-]*)/(?P<name>[a-z0-9-]+)-\d")
_PORTS = re.compile(r"\{protocols:([A-Z, ]+),dst_ports:([\d,-]+)\}")


def connections(
    items: list[dict[str, Any]], outside: list[dict[str, Any]], direction: Direction, scratch: Path
) -> set[Connection]:
    """Return what the objects of one namespace let in, or out, with the other end of each connection open.

    `outside` names the others as connections.yaml does. Raises ValueError for an answer that isn't understood.
    """
    if not NCA.exists():
        pytest.fail(f"no {NCA}: run `make setup`")
    namespace = next(item["metadata"]["name"] for item in items if item["kind"] == "Namespace")
    others = {slug(peer["name"]): peer for peer in outside if "addresses" not in peer}
    manifests = [*_own(items, namespace, direction), *(part for slug in others for part in _other(slug, others[slug]))]
    (scratch / "cluster.yaml").write_text(yaml.safe_dump_all(manifests))
    command = [NCA, "--connectivity", "-r", scratch, "--output_format", "txt_no_fw_rules", "--output_endpoints", "pods",
               "--print_ipv6"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = read(done.stdout)
    if not found:
        raise ValueError(f"NCA found no connection at all: {done.stderr}")

    def name(peer: str) -> str:
        match = _POD.fullmatch(peer)
        if not match:
            return peer
        return _unslug(match["name"]) if match["namespace"] == namespace else others[match["namespace"]]["name"]

    end = "target" if direction == "Ingress" else "source"
    return {
        Connection(name(one.source), name(one.target), one.port)
        for one in found
        if getattr(one, end).startswith(f"{namespace}/")
    }


def _own(items: list[dict[str, Any]], namespace: str, direction: Direction) -> Iterable[dict[str, Any]]:
    scheduled: set[str] = set()
    for item in items:
        if item["kind"] in MAKES_PODS:
            # Two pods of each, or connections among them would not be seen.
            yield {**item, "spec": {**item["spec"], MAKES_PODS[item["kind"]]: 2}}
        elif item["kind"] == "CronJob":
            if pod_name(item) not in scheduled:
                scheduled.add(pod_name(item))
                yield _workload(pod_name(item), namespace, pod_labels(item))
        elif item["kind"] == "Namespace":
            yield item
        elif item["kind"] == "Cluster":
            # The operator's pods: nothing else in the render shows them.
            name = item["metadata"]["name"]
            yield _workload(name, namespace, {"cnpg.io/cluster": name})
        elif item["kind"] == "NetworkPolicy" and (half := _half(item, direction)):
            yield half
    yield _workload(slug(UNPLANNED), namespace, {"unplanned": "true"})


def _half(policy: dict[str, Any], direction: Direction) -> dict[str, Any] | None:
    """Return a policy that says nothing of the other direction; None for one that says nothing of this one."""
    types = policy["spec"].get("policyTypes", ["Ingress", *(["Egress"] if "egress" in policy["spec"] else [])])
    if direction not in types:
        return None
    half = copy.deepcopy(policy)
    half["spec"].pop("egress" if direction == "Ingress" else "ingress", None)
    half["spec"]["policyTypes"] = [direction]
    return half


def _other(slug: str, peer: dict[str, Any]) -> Iterable[dict[str, Any]]:
    labels = {"kubernetes.io/metadata.name": slug, **peer.get("namespace", {})}
    yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": slug, "labels": labels}}
    yield _workload("pod", slug, peer.get("pod", {"app": slug}))


def _workload(name: str, namespace: str, labels: dict[str, str]) -> dict[str, Any]:
    template = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "any"}]}}
    spec = {"replicas": 2, "selector": {"matchLabels": labels}, "template": template}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata, "spec": spec}


def read(report: str) -> set[Connection]:
    """Return the report's connections; ranges that touch are one, in CIDR notation."""
    ranges = defaultdict(list)
    found = set()
    for line in report.splitlines():
        if not (match := _LINE.match(line)):
            continue
        for port in _ports(match["ports"]):
            source, target = match["source"], match["target"]
            if networks := _networks(source):
                ranges["", target, port] += networks
            elif networks := _networks(target):
                ranges[source, "", port] += networks
            else:
                found.add(Connection(source, target, port))
    for (source, target, port), networks in ranges.items():
        for version in (4, 6):
            for network in ipaddress.collapse_addresses(n for n in networks if n.version == version):
                found.add(Connection(source or str(network), target or str(network), port))
    return found


def _networks(peer: str) -> list[Any]:
    if _POD.fullmatch(peer):
        return []
    if "/" in peer:
        return [ipaddress.ip_network(peer)]
    first, _, last = peer.partition("-")
    return list(ipaddress.summarize_address_range(ipaddress.ip_address(first), ipaddress.ip_address(last or first)))


def _ports(text: str) -> list[str]:
    if text == "All connections":
        return ["any"]
    if not (blocks := _PORTS.findall(text)) or _PORTS.sub("", text).strip(", "):
        raise ValueError(f"NCA says {text!r}, which isn't understood")
    return [
        f"{protocol.strip()} {port}"
        for protocols, ports in blocks
        for protocol in protocols.split(",")
        for port in ports.split(",")
    ]


def slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


def _unslug(name: str) -> str:
    return UNPLANNED if name == slug(UNPLANNED) else name
