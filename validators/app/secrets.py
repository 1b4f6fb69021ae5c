"""The Secrets that a customer's pods may read: the customer's own, and the database's."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..policy import customer_fields
from ..sources import references

if TYPE_CHECKING:
    from .app import App


SECRET_KEYS = ("secretRef", "secretKeyRef", "secret")
"""What refers to a Secret in a pod's definition."""


def readable(app: "App") -> set[str]:
    """Return the names of the Secrets that the app's containers may name."""
    names = set(customer_fields.data()["reserved"]["readable"])
    for reference in references.files(app):
        if reference.field == "resources" and reference.inside:
            value = app.customer.document(reference.path).value
            metadata = value.get("metadata") if isinstance(value, dict) else None
            name = metadata.get("name") if isinstance(metadata, dict) else None
            if isinstance(name, str):
                names.add(name)
    return names


def named(value: Any, pointer: tuple = ()) -> Iterator[tuple[str, tuple]]:
    """Yield (name, pointer) of each Secret that a part of a pod's definition names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict) and key in SECRET_KEYS:
                for field in ("name", "secretName"):
                    if isinstance(inner.get(field), str):
                        yield inner[field], (*pointer, key, field)
            yield from named(inner, (*pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from named(inner, (*pointer, index))
