"""The command that seals a value, as several rules tell it."""

import re

from ..app.sources import Sources
from ..policy import sealing

TEMPLATE = "EDIT"
"""What the template has where a sealed value belongs."""
_PLACEHOLDER = re.compile(rf"\b{TEMPLATE}\b(?:\.[a-z]+)*")


def command(app: Sources, secret: str, key: str = "") -> str:
    """Return `make seal ...` for a Secret of this app."""
    return sealing.command(app.name, secret, key, components=app.infrastructure)


def placeholder(value: object) -> str:
    """Return the template's EDIT or EDIT.example.com where a text still has it, else ""."""
    found = _PLACEHOLDER.search(value) if isinstance(value, str) else None
    return found[0] if found else ""
