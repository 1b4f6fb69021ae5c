"""Which field of which object a fact of the cluster goes into: `facts` in the components' component.yaml."""

from collections.abc import Iterable

from .components import data

PLACEHOLDER = "the-clusters"
"""What the library has where a fact goes."""


def copied(components: Iterable[str], kind: str, name: str) -> dict[tuple[str, ...], str]:
    """Return pointer -> path in the facts, for one object of an app with these components."""
    tables = data()["facts"]
    return {
        tuple(pointer.split(".")): fact
        for component in components
        for pointer, fact in tables.get(component, {}).get(f"{kind}/{name}", {}).items()
    }
