"""When an app's daily work starts: spread over the hour by the app's name, so that a copied folder doesn't share a minute."""

import zlib


def minute(namespace: str) -> int:
    """Return an app's own minute, 0 to 59."""
    return zlib.crc32(namespace.encode()) % 60


def filled(text: str, namespace: str) -> str:
    """Return a template's text with the app's own minute where it says MINUTE."""
    return text.replace("MINUTE", str(minute(namespace)))
