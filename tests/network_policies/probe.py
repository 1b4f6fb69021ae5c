"""Runs in a pod that stands in for one of an app's: it listens where the pod would, and tries connections when it is asked to.

``probe.py serve ADDRESS PORT...`` listens: ``TCP 5432``, ``UDP 53``; and on CONTROL for lists to try.
``probe.py try`` tries a list from stdin, JSON: ``[[address, port], ...]``; prints whether each opened: ``[true, false ...]``.
``probe.py ask``, on the pods' node, which has its way to every pod of its own: ``{pod's address: list}``; prints the same
of what each pod has tried.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import sys
from concurrent.futures import ThreadPoolExecutor

CONTROL = 7999
PATIENCE = 4.0  # seconds; the second SYN is sent after one, the third after three


class Echo(asyncio.DatagramProtocol):
    """Answers every packet."""

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        """Keep the way to answer by."""
        self.transport = transport

    def datagram_received(self, data: bytes, address: tuple) -> None:
        """Send it back."""
        self.transport.sendto(data, address)


class Answer(asyncio.DatagramProtocol):
    """Waits for one packet."""

    def __init__(self) -> None:
        self.came = asyncio.get_running_loop().create_future()

    def datagram_received(self, data: bytes, address: tuple) -> None:
        """Note that it came."""
        if not self.came.done():
            self.came.set_result(data)


async def serve(address: str, ports: list[str]) -> None:
    """Listen on every port, and for orders; for ever."""
    loop = asyncio.get_running_loop()
    for port in ports:
        protocol, number = port.split()
        if protocol == "TCP":
            await asyncio.start_server(greet, address, int(number))
        else:
            await loop.create_datagram_endpoint(Echo, local_addr=(address, int(number)))
    await (await asyncio.start_server(obey, address, CONTROL)).serve_forever()


async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say one line, so that the other end knows who has accepted."""
    writer.write(b"here\n")
    writer.close()


async def obey(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer one HTTP request: what can be connected to of the list in its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length:")[2].split()[0])
    done = json.dumps(await attempt(json.loads(await reader.readexactly(length)))).encode()
    writer.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(done), done))
    await writer.drain()
    writer.close()


async def attempt(wanted: list[list[str]]) -> list[bool]:
    """Which of them open, tried all at once."""
    return await asyncio.gather(*(opens(address, port) for address, port in wanted))


async def opens(address: str, port: str) -> bool:
    """Whether something answers there."""
    protocol, number = port.split()
    try:
        async with asyncio.timeout(PATIENCE):
            if protocol == "UDP":
                return await _answers(address, int(number))
            reader, writer = await asyncio.open_connection(address, int(number))
            said = await reader.readline()
            writer.close()
            return said == b"here\n"
    except (OSError, TimeoutError):
        return False


async def _answers(address: str, port: int) -> bool:
    loop = asyncio.get_running_loop()
    transport, answer = await loop.create_datagram_endpoint(Answer, remote_addr=(address, port))
    try:
        for _ in range(2):  # UDP may lose one
            transport.sendto(b"who")
            done, _ = await asyncio.wait([answer.came], timeout=PATIENCE / 3)
            if done:
                return not answer.came.exception()
        return False
    finally:
        transport.close()


def ask(orders: dict[str, list[list[str]]]) -> dict[str, list[bool]]:
    """What the pods say, asked all at once."""

    def one(pod: str) -> list[bool]:
        connection = http.client.HTTPConnection(pod, CONTROL, timeout=30)
        connection.request("POST", "/", json.dumps(orders[pod]))
        return json.load(connection.getresponse())

    with ThreadPoolExecutor(len(orders) or 1) as pool:
        return dict(zip(orders, pool.map(one, orders), strict=True))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        asyncio.run(serve(sys.argv[2], sys.argv[3:]))
    elif sys.argv[1] == "try":
        json.dump(asyncio.run(attempt(json.load(sys.stdin))), sys.stdout)
    else:
        json.dump(ask(json.load(sys.stdin)), sys.stdout)
