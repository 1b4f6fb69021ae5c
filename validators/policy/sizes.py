"""Which field of which object a value of sizing.yaml goes into, from sizes.yaml."""

from functools import cache
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parent / "sizes.yaml"

# What each feature of a customer needs of the platform.
_NEEDED = {
    "async": ("async.replicas", "async.resources"),
    "async-container": ("async.replicas", "async.resources"),
    "scheduler": ("scheduler.resources",),
    "init-container": ("migrate.resources",),
}


@cache
def table() -> dict[str, dict[tuple[str, ...], str]]:
    """Return "Kind/name" -> pointer (items of lists by name) -> path in the sizing."""
    data = yaml.load(FILE.read_bytes(), Loader=yaml.CSafeLoader)
    return {
        target: {tuple(part.strip("[]") for part in path.split(".")): size for path, size in fields.items()}
        for target, fields in data.items()
    }


def of(kind: str, name: str) -> dict[tuple[str, ...], str]:
    """Return pointer -> path in the sizing, for one object."""
    return table().get(f"{kind}/{name}") or table().get(f"{kind}/*", {})


def needed(feature: str) -> tuple[str, ...]:
    """Return the sizes that a customer's feature can't do without."""
    return _NEEDED.get(feature, ())
