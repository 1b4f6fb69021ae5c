"""The Secrets that a customer's pods may read: the customer's own, and the database's."""

from collections.abc import Iterator
from typing import Any

from ..policy import customer_fields
from . import references
from .folder import Folder

SECRET_KEYS = ("secretRef", "secretKeyRef", "secret")
"""What refers to a Secret in a pod's definition."""


def readable(customer: Folder) -> set[str]:
    """Return the names of the Secrets that an app's containers may name, by its customer's folder."""
    return {*customer_fields.data()["reserved"]["readable"], *references.objects(customer, "SealedSecret")}


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
