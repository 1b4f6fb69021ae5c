"""What a pod listens on, from /proc/net/tcp and tcp6: no program of the image is needed to tell."""

import ipaddress
import struct
from typing import NamedTuple

LISTENS = "0A"
PORT = 8000
ANY = ipaddress.ip_address("::")
ANY_IPV4 = ipaddress.ip_address(0)


class Socket(NamedTuple):
    """A listening TCP socket."""

    address: ipaddress.IPv4Address | ipaddress.IPv6Address
    port: int

    def __str__(self) -> str:
        shown = f"[{self.address}]" if self.address.version == 6 else self.address
        return f"{shown}:{self.port}"


def parse(text: str) -> list[Socket]:
    """Return the listening sockets of the two files, one after the other in `text`, sorted by port."""
    found = set()
    for line in text.splitlines():
        fields = line.split()
        if len(fields) > 3 and fields[3] == LISTENS:
            address, _, port = fields[1].partition(":")
            found.add(Socket(_address(address), int(port, 16)))
    return sorted(found, key=lambda one: (one.port, str(one)))


def _address(digits: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Undo the kernel's writing: words of four bytes, each in the machine's own order (little-endian)."""
    words = [int(digits[at : at + 8], 16) for at in range(0, len(digits), 8)]
    return ipaddress.ip_address(struct.pack(f"<{len(words)}I", *words))


def complaint(sockets: list[Socket], pod: str, *, ipv4: bool = False) -> tuple[str, str] | None:
    """Return None for a server that is reached at [::]:8000 or the pod's address, else what it does and the remedy.

    ipv4: pods have IPv4 addresses and no others, so that 0.0.0.0 is as good.
    """
    right = [one for one in sockets if one.port == PORT]
    reached = {ANY, ipaddress.ip_address(pod), *([ANY_IPV4] if ipv4 else [])}
    if any(one.address in reached and (ipv4 or one.address.version == 6) for one in right):
        return None
    seen = "listens on " + ", ".join(map(str, sockets)) if sockets else "listens on no port"
    everywhere = f'"0.0.0.0:{PORT}"' if ipv4 else f'"[::]:{PORT}"'
    bind = f"{everywhere}, as in gunicorn --bind {everywhere}"
    if any(one.address.is_loopback for one in right):
        return seen, f"Only the pod itself reaches that address. Listen on {bind}."
    if right:
        return seen, f"Pods have IPv6 addresses, 0.0.0.0 is IPv4 only. Listen on {bind}."
    if sockets:
        return seen, f"The port is {PORT} (also in the variable PORT). Listen on {bind}."
    return (
        seen,
        f"Nothing listens. Start the server in the foreground, on {bind}; look at the log for what it waits for.",
    )
