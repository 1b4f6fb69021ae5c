"""The facts of the cluster, from overlays/cluster/facts.yaml: what it has, and whom its customers ask."""

from typing import Any

from ..policy.contact import UNKNOWN, Contact
from .folder import CLUSTER, Folder

FILE = f"{CLUSTER}/facts.yaml"

REQUIRED = (
    "contact.name",
    "contact.address",
    "storageClasses.block",
    "storageClasses.files",
    "gateway.name",
    "gateway.namespace",
    "dns.namespace",
)
"""Facts that every cluster has, each a text."""
NONE = "none"
"""What a fact says of something that the cluster hasn't; a component that takes the fact can't be used there."""
ROUTES = ("ingress", "gateway")
"""How visitors come in; the first where the facts don't say `route`."""
SWITCHES = ("ipv4",)
"""Facts that are true or false; a cluster that doesn't say so hasn't it."""


def fact(library: Folder, path: str) -> Any:
    """Return one fact, `gateway.name`; None where the file or the fact is missing."""
    value = library.document(FILE).value
    for key in ("spec", *path.split(".")):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def ipv4(library: Folder) -> bool:
    """Whether pods have IPv4 addresses only; else they have IPv6 addresses, alone or beside IPv4."""
    return fact(library, "ipv4") is True


def route(library: Folder) -> str:
    """Return how visitors of a new app come in, of ROUTES; the first one where the facts have none of them."""
    said = fact(library, "route")
    return said if said in ROUTES else ROUTES[0]


def contact(library: Folder) -> Contact:
    """Return whom a customer asks, UNKNOWN where the facts don't say."""
    name, address = (fact(library, f"contact.{key}") for key in ("name", "address"))
    return Contact(name, address if isinstance(address, str) else "") if isinstance(name, str) else UNKNOWN
