"""Who an app's objects talk to, and what its NetworkPolicies let through: one model, read from the render."""

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from ..render.objects import Object
from ..sources.loader import Pointer
from . import workloads
from .app import App

PORTS = {
    **dict.fromkeys(("postgres", "postgresql", "postgis"), 5432),
    **dict.fromkeys(("redis", "rediss", "valkey"), 6379),
    **{"amqp": 5672, "amqps": 5671, "mysql": 3306, "mongodb": 27017, "memcached": 11211, "nats": 4222, "kafka": 9092},
    **{"ldap": 389, "ldaps": 636, "smtp": 25, "smtps": 465},
}
"""The schemes of addresses that only programs connect to, and the port where an address has none."""
_WEB = {"http": 80, "https": 443}
_ADDRESS = re.compile(
    r"\b([a-z][a-z0-9]{1,19})(?:\+[a-z0-9]{1,19})?://(?:[^/@\s]{0,300}@)?(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::(\d{1,5}))?"
)
_TEMPLATE = re.compile(r"\{\{[^{}]{0,300}\}\}")
_DATABASE = 5432
_APPS = 4
"""Of how many apps what was found is kept: rules look at one after the other."""


@dataclass(frozen=True, eq=False)
class Pods:
    """Pods of one kind: of a workload, or those that CloudNativePG makes for a Cluster or Pooler."""

    name: str
    labels: dict
    ports: list[dict]
    """As containers declare them."""


class Address(NamedTuple):
    """Where something listens, and where that is written."""

    host: str
    port: int
    programs: bool
    """Whether only programs connect to it: an address for people's browsers may be written, too."""
    obj: Object
    pointer: Pointer


class Service(NamedTuple):
    """A Service, of the app or of an operator: `ports` are (name, port, target port)."""

    pods: list[Pods]
    ports: list[tuple[Any, Any, Any]]


@lru_cache(maxsize=_APPS)
def pods(app: App) -> list[Pods]:
    """Return the pods of an app, operators' among them, each always as the same."""
    found = [Pods(repr(obj), workloads.pod_labels(obj), workloads.ports(obj)) for obj in workloads.workloads(app)]
    for kind, label in (("Cluster", "cnpg.io/cluster"), ("Pooler", "cnpg.io/poolerName")):
        port = {"name": "postgresql", "containerPort": _DATABASE}
        found += [Pods(repr(obj), {label: obj.name}, [port]) for obj in app.of_kind(kind)]
    return found


def services(app: App) -> dict[str, Service]:
    """Return the Services of an app by name, those that CloudNativePG makes among them."""
    everyone = pods(app)
    found = {}
    for obj in app.of_kind("Service"):
        selector = obj.mapping("spec", "selector")
        behind = [one for one in everyone if selector and workloads.matches({"matchLabels": selector}, one.labels)]
        rows = [row for row in obj.sequence("spec", "ports") if isinstance(row, dict)]
        found[obj.name] = Service(
            behind, [(r.get("name"), r.get("port"), r.get("targetPort") or r.get("port")) for r in rows]
        )
    for obj in app.of_kind("Cluster", "Pooler"):
        names = [f"{obj.name}-{end}" for end in ("rw", "ro", "r")] if obj.kind == "Cluster" else [obj.name]
        behind = [one for one in everyone if one.name == repr(obj)]
        found.update({name: Service(behind, [("postgres", _DATABASE, _DATABASE)]) for name in names})
    return found


def number(one: Pods, port: Any) -> int | None:
    """Return a port, a name or a number, as the number that the pods listen on; None where none has the name."""
    if isinstance(port, int) and not isinstance(port, bool):
        return port
    return next((row.get("containerPort") for row in one.ports if row.get("name") == port), None)


def addresses(text: str, obj: Object, pointer: Pointer) -> Iterator[Address]:
    """Yield the addresses in a value: `redis://:{{ .password }}@cache:6379/0`."""
    if "://" not in text:
        return
    for scheme, host, port in _ADDRESS.findall(_TEMPLATE.sub("", text)):
        default = PORTS.get(scheme) or _WEB.get(scheme)
        if default:
            yield Address(host.strip("[]").lower(), int(port or default), scheme in PORTS, obj, pointer)


def variables(app: App, obj: Object) -> Iterator[tuple[str, Object, Pointer]]:
    """Yield (value, object and pointer where it stands) of what the containers of a workload have in their environment.

    Of a name that is set twice the one that counts: the last ConfigMap's, or the container's own.
    """
    seen: dict[str, tuple[str, Object, Pointer]] = {}
    maps = {one.name: one for one in app.of_kind("ConfigMap")}
    for container in obj.containers():
        own: dict[str, tuple[str, Object, Pointer]] = {}
        for row in obj.sequence(*container.pointer, "envFrom"):
            ref = row.get("configMapRef") if isinstance(row, dict) else None
            source = maps.get(str(ref.get("name"))) if isinstance(ref, dict) else None
            data = source.mapping("data") if source else {}
            own.update({key: (str(value), source, ("data", key)) for key, value in data.items() if source})
        for index, row in enumerate(obj.sequence(*container.pointer, "env")):
            if isinstance(row, dict):
                pointer = (*container.pointer, "env", index, "value")
                own[str(row.get("name"))] = (str(row.get("value", "")), obj, pointer)
        seen.update(own)
    yield from seen.values()


def local(app: App, host: str) -> str | None:
    """Return the name of a Service of the app's own namespace that a host is, whether there is one; None for others."""
    name, _, rest = host.partition(".")
    if not rest and not _is_address(host):
        return name
    return name if rest in (app.namespace, f"{app.namespace}.svc") or rest.startswith(f"{app.namespace}.svc.") else None


def _is_address(host: str) -> bool:
    if ":" not in host and not host.replace(".", "").isdigit():
        return False  # most are names, and an error takes its time
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=_APPS * 64)
def closing(app: App, direction: str, one: Pods) -> list[Object]:
    """Return the policies that decide on the pods' connections, `Ingress` or `Egress`; without one all are let through."""
    return [
        policy
        for policy in _policies(app, direction)
        if workloads.matches(policy.mapping("spec", "podSelector"), one.labels)
    ]


@lru_cache(maxsize=_APPS * 2)
def _policies(app: App, direction: str) -> list[Object]:
    return [policy for policy in app.of_kind("NetworkPolicy") if direction in directions(policy)]


def directions(policy: Object) -> list[str]:
    """Return the directions that a policy closes: Ingress always unless it says otherwise, Egress with its rules."""
    implied = ["Ingress", "Egress"] if policy.sequence("spec", "egress") else ["Ingress"]
    return [kind for kind in policy.sequence("spec", "policyTypes") or implied if isinstance(kind, str)]


def rules(policy: Object, direction: str) -> Iterator[tuple[Pointer, dict]]:
    """Yield the rules of a policy for a direction, and where they stand."""
    key = direction.lower()
    for index, row in enumerate(policy.sequence("spec", key)):
        if isinstance(row, dict):
            yield ("spec", key, index), row


def opens(rule: dict, one: Pods, port: int) -> bool:
    """Whether a rule is for a TCP port; a name is that of a port of `one`, who listens."""
    rows = rule.get("ports")
    return not rows or (
        isinstance(rows, list) and any(_row_opens(row, one, port) for row in rows if isinstance(row, dict))
    )


def _row_opens(row: dict, one: Pods, port: int) -> bool:
    first = row.get("port")
    if row.get("protocol", "TCP") != "TCP" or first is None:
        return row.get("protocol", "TCP") == "TCP"
    start = number(one, first)
    last = row.get("endPort", start)
    return start is not None and isinstance(last, int) and start <= port <= last


def is_for(app: App, rule: dict, direction: str, other: Pods | str) -> bool:
    """Whether a rule is for connections with `other`: pods of the app, or a host outside it."""
    peers = rule.get("from" if direction == "Ingress" else "to")
    return not peers or (
        isinstance(peers, list) and any(_is_peer(app, peer, other) for peer in peers if isinstance(peer, dict))
    )


def _is_peer(app: App, peer: dict, other: Pods | str) -> bool:
    if isinstance(other, str):
        # Which addresses a name has, and which labels another namespace, isn't known here.
        return "namespaceSelector" in peer or _in_block(peer.get("ipBlock"), other)
    own = {"kubernetes.io/metadata.name": app.namespace, **next((o.labels for o in app.of_kind("Namespace")), {})}
    if "ipBlock" in peer or ("namespaceSelector" in peer and not workloads.matches(peer["namespaceSelector"], own)):
        return False  # whether a block of addresses means pods, too, depends on the network's plugin
    return "podSelector" not in peer or workloads.matches(peer["podSelector"], other.labels)


def _in_block(block: Any, host: str) -> bool:
    if not isinstance(block, dict):
        return False
    if not _is_address(host):
        return True
    networks = [block.get("cidr"), *(block.get("except") or [])]
    try:
        inside = [ipaddress.ip_address(host) in ipaddress.ip_network(str(net), strict=False) for net in networks]
    except ValueError:
        return True  # ip-block says so
    return inside[0] and not any(inside[1:])
