"""The facts of the cluster, from overlays/cluster/facts.yaml: what it has, and whom its customers ask."""

from typing import Any, NamedTuple

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


class Contact(NamedTuple):
    """Whom a customer asks for what the platform decides. As a text: `ungleich (support@example.com)`."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.address else self.name


def fact(library: Folder, path: str) -> Any:
    """Return one fact, `gateway.name`; None where the file or the fact is missing."""
    value = library.document(FILE).value
    for key in ("spec", *path.split(".")):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def contact(library: Folder) -> Contact:
    """Return whom to ask; where the facts don't say, "the platform" without an address."""
    name, address = (fact(library, f"contact.{key}") for key in ("name", "address"))
    return Contact(name if isinstance(name, str) else "the platform", address if isinstance(address, str) else "")
