"""The command that seals a value, as several rules tell it."""

from ..app.sources import Sources

TEMPLATE = "EDIT"
"""What the template has where a sealed value belongs."""
_KEYS = {"app": "SECRET_KEY", "database-app": "password", "registry": ".dockerconfigjson"}


def command(app: Sources, secret: str, key: str = "") -> str:
    """Return `make seal ...` for a Secret of this app; the database's password is made up, not typed in."""
    return command_for(app.name, secret, key)


def command_for(app: str, secret: str, key: str = "") -> str:
    """Return the same for an app `customer/app`."""
    customer, _, name = app.partition("/")
    wanted = key or _KEYS.get(secret, "KEY")
    generate = " GENERATE=1" if wanted == "password" else ""
    return f"make seal CUSTOMER={customer} APP={name} SECRET={secret[:80]} KEY={wanted[:80]}{generate}"
