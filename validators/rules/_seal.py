"""The command that seals a value, as several rules tell it."""

from ..app.sources import Sources
from ..policy import sealing

TEMPLATE = "EDIT"
"""What the template has where a sealed value belongs."""


def command(app: Sources, secret: str, key: str = "") -> str:
    """Return `make seal ...` for a Secret of this app."""
    return sealing.command(app.name, secret, key)
