"""What the traffic consists of: reads, writes and uploads of the example app, each with an id it is found by again."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UPLOAD_BYTES = 4000
# What the app answers when it has done it: a write is committed, an upload is stored and the browser sent back.
ACKNOWLEDGED = {"read": (200,), "write": (200, 201), "upload": (302,)}
# Of ten requests; an app without a volume has no uploads.
EVERYTHING = tuple("read write read read write read upload read write read".split())
NO_UPLOADS = tuple("read write read read write read read read write read".split())


@dataclass(frozen=True)
class Site:
    """Where the requests go.

    url: scheme and host. address: the IP address that stands for the host, as a line of /etc/hosts would say.
    authority: the file with the certificates to trust. token: API_TOKEN of the example app.
    """

    url: str
    token: str
    address: str = ""
    authority: Path | None = None


def requests(site: Site, kinds: tuple[str, ...], prefix: str) -> Iterator[dict[str, Any]]:
    """Requests without end, as vegeta's JSON targets; the query of each says its kind and its id."""
    for number, kind in enumerate(itertools.cycle(kinds)):
        yield MAKE[kind](site, f"{prefix}-{number}")


def content(upload: str) -> bytes:
    """What is in the file of that id: it follows from the id, and is nowhere else."""
    return hashlib.shake_256(upload.encode()).hexdigest(UPLOAD_BYTES // 2).encode()


def _read(site: Site, name: str) -> dict[str, Any]:
    """A page for which the app asks its database."""
    return {"method": "GET", "url": f"{site.url}/readyz?read={name}"}


def _write(site: Site, name: str) -> dict[str, Any]:
    headers = {"Authorization": [f"Bearer {site.token}"], "Content-Type": ["application/json"]}
    body = json.dumps({"key": name, "text": "written under load"}).encode()
    return _post(f"{site.url}/api/notes?write={name}", headers, body)


def _upload(site: Site, name: str) -> dict[str, Any]:
    """The form with a file. Django compares cookie and header, so any secret of its kind will do."""
    token, boundary = secrets.token_hex(16), secrets.token_hex(16)
    headers = {
        "Origin": [site.url],
        "Cookie": [f"csrftoken={token}"],
        "X-CSRFToken": [token],
        "Content-Type": [f"multipart/form-data; boundary={boundary}"],
    }
    part = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}.txt"\r\n\r\n'
    body = part.encode() + content(name) + f"\r\n--{boundary}--\r\n".encode()
    return _post(f"{site.url}/?upload={name}", headers, body)


def _post(url: str, headers: dict[str, list[str]], body: bytes) -> dict[str, Any]:
    return {"method": "POST", "url": url, "header": headers, "body": base64.b64encode(body).decode()}


MAKE: dict[str, Callable[[Site, str], dict[str, Any]]] = {"read": _read, "write": _write, "upload": _upload}
