"""What is stopped whatever sizing.yaml says: `stops` in the components' component.yaml."""

from collections.abc import Iterable

from .components import data


def stopped(components: Iterable[str], kind: str, name: str) -> str:
    """Return which of these components stops an object, "" where none does; what it adds itself it doesn't stop."""
    for component in components:
        entry = data()["stops"].get(component, {})
        if f"{kind}/{name}" not in entry.get("but", ()) and {f"{kind}/{name}", f"{kind}/*"} & {*entry.get("all", ())}:
            return component
    return ""
