"""Names that kustomize makes up: a generated ConfigMap or Secret gets a hash of its content."""

from collections.abc import Iterable
from typing import Any

from .objects import Object


def hashed_names(objects: Iterable[Object]) -> dict[str, str]:
    """Return rendered name -> plain name, for the ConfigMaps and Secrets whose name ends in a hash."""
    return {obj.name: plain for obj in objects if (plain := obj.plain_name) != obj.name}


def renamed(value: Any, names: dict[str, str]) -> Any:
    """Return a value with every text in it that is a key of `names` replaced."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {key: renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [renamed(inner, names) for inner in value]
    return value
