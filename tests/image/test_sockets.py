"""Who listens where, from /proc/net/tcp and tcp6."""

import os
import socket
from pathlib import Path

import pytest

from validators.image import sockets
from validators.image.sockets import Socket

POD = "fd00:d0:244:1::5"
HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"
ANY_8000 = "00000000000000000000000000000000:1F40"
LOOPBACK_8000 = "00000000000000000000000001000000:1F40"


def table(*rows: str, state: str = "0A") -> str:
    return HEAD + "".join(f"   {n}: {row} 00:0000 {state} 00:00 00:00 00 10001\n" for n, row in enumerate(rows))


@pytest.mark.skipif(not Path("/proc/net/tcp6").exists(), reason="no Linux with IPv6")
@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")])
def test_a_real_socket_is_found(family: socket.AddressFamily, address: str) -> None:
    with socket.socket(family) as server:
        server.bind((address, 0))
        server.listen()
        port = server.getsockname()[1]
        text = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    found = [one for one in sockets.parse(text) if one.port == port]
    assert [str(one) for one in found] == [f"[::1]:{port}" if family == socket.AF_INET6 else f"127.0.0.1:{port}"]


def test_only_listening_sockets_count() -> None:
    assert sockets.parse(table(ANY_8000, state="01")) == []
    assert sockets.parse(table(ANY_8000, ANY_8000)) == [Socket(sockets.ANY, 8000)]


@pytest.mark.parametrize(
    ("rows", "seen", "change"),
    [
        ([], "listens on no port", "Nothing listens"),
        (["00000000:1F40"], "listens on 0.0.0.0:8000", "IPv4 only"),
        (["0100007F:1F40"], "listens on 127.0.0.1:8000", "Only the pod itself"),
        ([LOOPBACK_8000], "listens on [::1]:8000", "Only the pod itself"),
        ([ANY_8000.replace("1F40", "1F90")], "listens on [::]:8080", "The port is 8000"),
        (["00000000:1F90", "00000000:0050"], "listens on 0.0.0.0:80, 0.0.0.0:8080", "The port is 8000"),
    ],
)
def test_each_mistake_is_told_apart(rows: list[str], seen: str, change: str) -> None:
    complaint = sockets.complaint(sockets.parse(table(*rows)), POD)
    assert complaint
    assert complaint[0] == seen
    assert change in complaint[1]


@pytest.mark.parametrize("more", ["00000000:1F40", "00000000:2328", LOOPBACK_8000.replace("1F40", "2328")])
def test_other_sockets_beside_the_right_one_are_fine(more: str) -> None:
    assert sockets.complaint(sockets.parse(table(ANY_8000, more)), POD) is None


IPV4_POD = "10.1.2.3"


@pytest.mark.parametrize("row", ["00000000:1F40", "0302010A:1F40", ANY_8000])
def test_where_pods_have_ipv4_alone_it_is_fine(row: str) -> None:
    assert sockets.complaint(sockets.parse(table(row)), IPV4_POD, ipv4=True) is None


@pytest.mark.parametrize("row", ["0100007F:1F40", "0402010A:1F40"])
def test_where_pods_have_ipv4_alone_another_address_is_not(row: str) -> None:
    complaint = sockets.complaint(sockets.parse(table(row)), IPV4_POD, ipv4=True)
    assert complaint
    assert '"0.0.0.0:8000"' in complaint[1]


def test_the_pods_own_address_is_fine() -> None:
    [digits] = [os.fsdecode(b"".join(_words(POD)))]
    assert sockets.complaint(sockets.parse(table(f"{digits}:1F40")), POD) is None


def _words(address: str) -> list[bytes]:
    """The address as the kernel writes it: four words, the bytes of each turned round."""
    packed = socket.inet_pton(socket.AF_INET6, address)
    return [packed[at : at + 4][::-1].hex().upper().encode() for at in range(0, 16, 4)]
