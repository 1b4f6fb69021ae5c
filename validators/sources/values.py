"""Parts of a YAML value that may have any shape: what isn't of the kind that is asked for isn't there."""

from collections.abc import Iterator
from typing import Any


def mapping(value: Any, key: str) -> dict:
    """Return the mapping under `key`, an empty one where there is none."""
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def items(value: Any, key: str) -> list:
    """Return the list under `key`, an empty one where there is none."""
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, list) else []


def mappings(value: Any, key: str) -> list[dict]:
    """Return the mappings in the list under `key`."""
    return [item for item in items(value, key) if isinstance(item, dict)]


def texts(value: Any, key: str) -> list[str]:
    """Return the texts in the list under `key`."""
    return [item for item in items(value, key) if isinstance(item, str)]


def pointers(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, tuple[str | int, ...]]]:
    """Yield each plain value below `value` with the pointer to it, which begins with `at`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from pointers(inner, (*at, str(key)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from pointers(inner, (*at, index))
    else:
        yield value, at
