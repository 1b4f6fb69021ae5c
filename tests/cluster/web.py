"""Requests from outside the cluster: to the ingress or the gateway, with the host name of the URL for TLS and HTTP."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.cluster.settings import Settings


@dataclass(frozen=True)
class Response:
    """An answer as it came, redirects not followed."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


def request(
    settings: Settings,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    through: str = "ingress",
    seconds: float = 10,
) -> Response:
    """Send one request to the ingress, or through the `gateway`; certificates must be the cluster's own. Raises OSError."""
    parts = urlsplit(url)
    address = settings.data["network"][through]
    if parts.scheme == "https":
        connection: http.client.HTTPConnection = _Https(address, parts.hostname, settings, seconds)
    else:
        connection = http.client.HTTPConnection(address, 80, timeout=seconds)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        try:
            connection.request(method, target, body, {"Host": parts.netloc, **(headers or {})})
        except OSError:
            # Answered before all of the body was sent, and closed: browsers read that answer, too.
            if connection.sock is None or not body:
                raise
        answer = connection.getresponse()
        return Response(answer.status, answer.headers, answer.read())
    except http.client.HTTPException as error:
        raise OSError(f"{url}: {error!r}") from error
    finally:
        connection.close()


@contextmanager
def slowly(settings: Settings, url: str, many: int, each: float, *, through: str = "ingress") -> Iterator[None]:
    """Have so many visitors read an HTTPS page, each so many bytes a second, for as long as the block runs."""
    parts = urlsplit(url)
    opened: list[http.client.HTTPSConnection] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.wait(1):
            for one in opened:
                with suppress(OSError):  # also: nothing has come
                    one.sock.recv(int(each))

    for _ in range(many):
        connection = _Https(settings.data["network"][through], parts.hostname, settings, 60)
        connection.connect()
        # A buffer as small as a phone's: what the kernel takes in, no server waits for.
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        connection.request("GET", parts.path, headers={"Host": parts.netloc})
        connection.sock.settimeout(0.005)
        opened.append(connection)
    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        for connection in opened:
            connection.close()


@contextmanager
def websocket(settings: Settings, url: str, *, through: str = "ingress") -> Iterator[socket.socket]:
    """Open a websocket for as long as the block runs: the connection after the handshake. AssertionError if that fails."""
    parts = urlsplit(url)
    connection = _Https(settings.data["network"][through], parts.hostname, settings, 30)
    headers = {"Host": parts.netloc, "Upgrade": "websocket", "Connection": "Upgrade"}
    headers |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    try:
        connection.request("GET", parts.path, headers=headers)
        answer = connection.getresponse()
        assert answer.status == 101, answer.status
        yield connection.sock
    finally:
        connection.close()


class _Https(http.client.HTTPSConnection):
    """A connection to one address that asks for the certificate of a host name."""

    def __init__(self, address: str, name: str | None, settings: Settings, seconds: float) -> None:
        self.tls, self.name = settings.tls, name
        super().__init__(address, 443, timeout=seconds, context=self.tls)

    def connect(self) -> None:
        """Open the connection with the name, not the address, in the handshake."""
        http.client.HTTPConnection.connect(self)
        self.sock = self.tls.wrap_socket(self.sock, server_hostname=self.name)
