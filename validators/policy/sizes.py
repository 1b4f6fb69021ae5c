"""Which field of which object a value of sizing.yaml goes into: `sizes` in the components' component.yaml.

Held against the render independently of the components' replacements, which are silent when they miss. What isn't there
and looks like a size must stand in the library's own files.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from .components import data, pattern

COUNTS = ("replicas", "instances", "jobs", "timesAnHour", "deadlineSeconds")
"""The keys of whole numbers; what else is a single value is an amount, `10Gi`."""
TIMES = ("schedule",)
"""The keys of times, as cron writes them: when something costs is the platform's to say, like how much."""


EXTRA = "extra"
"""The key of what the platform adds to one app itself: `extra.NAME.resources` is the size of its container NAME."""


@cache
def table() -> dict[str, dict[tuple[str, ...], str]]:
    """Return "Kind/name" -> pointer (items of lists by name) -> path in the sizing."""
    return {
        target: {tuple(part.strip("[]") for part in path.split(".")): size for path, size in fields.items()}
        for target, fields in data()["sizes"].items()
    }


@cache
def known() -> frozenset[str]:
    """Return every size that a component copies or asks for, by its path in the sizing."""
    copied = (size for fields in table().values() for size in fields.values())
    return frozenset(copied).union(*data()["needed"].values())


def of(kind: str, name: str) -> dict[tuple[str, ...], str]:
    """Return pointer -> path in the sizing, for one object."""
    target = f"{kind}/{name}"
    return table().get(target) or table().get(pattern(target, table()), {})


def values(sizing: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the path and the value of all that a sizing says, `("web", "resources")`, `("extra", "report", "resources")`.

    Maps that are copied as a whole, such as `resources`, are values.
    """
    for part, inner in sizing.items():
        for path, value in _below((part,), inner, depth=3 if part == EXTRA else 2):
            yield tuple(map(str, path)), value


def _below(path: tuple, value: Any, depth: int) -> Iterator[tuple[tuple, Any]]:
    if isinstance(value, dict) and len(path) < depth:
        for key, inner in value.items():
            yield from _below((*path, key), inner, depth)
    else:
        yield path, value


def typed(path: str, value: Any) -> Any:
    """Return a value of sizing.yaml with the type that it has in the objects, whatever quotes are around it.

    The library's files hold a placeholder of that type where kustomize copies a single value to: it keeps the type of
    what it finds there, and makes a text of what it has to add. Maps are copied as they are.
    """
    if is_count(path):
        return int(value) if isinstance(value, str) and value.isdecimal() else value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def is_count(path: str) -> bool:
    """Return whether a value of the sizing is a whole number."""
    return path.rpartition(".")[2] in COUNTS


def is_time(path: str) -> bool:
    """Return whether a value of the sizing is a schedule."""
    return path.rpartition(".")[2] in TIMES


def needed(feature: str) -> tuple[str, ...]:
    """Return the sizes that a customer's feature can't do without."""
    return tuple(data()["needed"].get(feature, ()))


def grant(feature: str) -> str:
    """Return the component by which the platform's folder takes a feature's sizes, "" where `sizing` does."""
    return data()["grants"].get(feature, "")
