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


def fact(library: Folder, path: str) -> Any:
    """Return one fact, `gateway.name`; None where the file or the fact is missing."""
    value = library.document(FILE).value
    for key in ("spec", *path.split(".")):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def contact(library: Folder) -> Contact:
    """Return whom a customer asks, UNKNOWN where the facts don't say."""
    name, address = (fact(library, f"contact.{key}") for key in ("name", "address"))
    return Contact(name, address if isinstance(address, str) else "") if isinstance(name, str) else UNKNOWN
