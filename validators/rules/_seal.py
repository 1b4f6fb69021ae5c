"""The command that seals a value, as several rules tell it."""

import re

from ..app.sources import Sources
from ..policy import sealing

_PLACEHOLDER = re.compile(rf"\b{sealing.UNSEALED}\b(?:\.[a-z]+)*")


def command(app: Sources, secret: str, key: str = "") -> str:
    """Return `make seal ...` for a Secret of this app."""
    return sealing.command(app.name, secret, key, elsewhere=elsewhere(app))


def elsewhere(app: Sources) -> bool:
    """Return whether the app's database isn't made with the app."""
    return sealing.ELSEWHERE in app.infrastructure


def placeholder(value: object) -> str:
    """Return the template's EDIT or EDIT.example.com where a text still has it, else ""."""
    found = _PLACEHOLDER.search(value) if isinstance(value, str) else None
    return found[0] if found else ""
