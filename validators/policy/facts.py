"""Which field of which object a fact of the cluster goes into: `facts` in the components' component.yaml."""

import re
from collections.abc import Iterable

from .components import data

PLACEHOLDER = "the-clusters"
"""What the library has where a fact goes."""


def copied(components: Iterable[str]) -> dict[str, dict[tuple[str, ...], str]]:
    """Return "Kind/name" -> pointer -> path in the facts, for an app with these components."""
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for component in components:
        for target, fields in data()["facts"].get(component, {}).items():
            found.setdefault(target, {}).update({_pointer(path): fact for path, fact in fields.items()})
    return found


def _pointer(path: str) -> tuple[str, ...]:
    r"""Return a path as a pointer: `\.` is a dot within a key, as kustomize writes it."""
    return tuple(part.replace("\\.", ".") for part in re.split(r"(?<!\\)\.", path))
