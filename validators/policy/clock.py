"""When an app's daily work starts: spread over the hour by the app's name, so that a copied folder doesn't share a minute."""

import zlib


def minute(namespace: str) -> int:
    """Return an app's own minute, 0 to 59."""
    return zlib.crc32(namespace.encode()) % 60
