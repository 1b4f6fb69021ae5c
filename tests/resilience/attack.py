"""vegeta: a load tool that keeps its rate whether the site answers or hangs, so that no outage hides itself."""

from __future__ import annotations

import base64
import csv
import json
import re
import subprocess
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.conftest import tool
from tests.resilience.mix import ACKNOWLEDGED, Site

TIMEOUT = 10  # seconds after which a visitor has gone
# Ends by itself if nobody is left to end it.
LIMITS = ["-duration=60m", f"-timeout={TIMEOUT}s", "-redirects=-1", "-max-body=200"]
# HTTP/2 keeps to one connection, as browsers do; a new one for each request is HTTP/1.1.
CONNECTIONS = {"keep-alive": ["-keepalive=true"], "new": ["-keepalive=false", "-http2=false"]}
HOSTS = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"']


@dataclass(frozen=True)
class Hit:
    """A request and its answer. start: seconds since the epoch; seconds: until the whole answer was there; code: 0 for none."""

    kind: str
    name: str
    connection: str
    start: float
    seconds: float
    code: int
    error: str

    @property
    def end(self) -> float:
        """When the answer was there, or nobody waited any longer."""
        return self.start + self.seconds

    @property
    def ok(self) -> bool:
        """Whether the app has said that it was done."""
        return not self.error


class Attack:
    """Requests to a site at a rate, over one kind of connection; ``hits`` fills as answers come."""

    def __init__(
        self, site: Site, requests: Iterable[dict[str, Any]], rate: int, connection: str, folder: Path
    ) -> None:
        self.hits: list[Hit] = []
        vegeta = tool("vegeta")
        command = [vegeta, "attack", "-lazy", "-format=json", f"-rate={rate}", f"-name={connection}", *LIMITS]
        command += ["-laddr=::", *CONNECTIONS[connection]]
        if site.authority:
            command.append(f"-root-certs={site.authority}")
        if site.address:
            hosts = folder / "hosts"
            hosts.write_text(f"{site.address} {urlsplit(site.url).hostname}\n")
            command = [*HOSTS, hosts, *command]
        environment = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}  # and no proxy
        pipe = subprocess.PIPE
        self.attack = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment)
        self.encode = subprocess.Popen([vegeta, "encode", "--to=csv"], stdin=self.attack.stdout, stdout=pipe, text=True)
        self.threads = [threading.Thread(target=self._send, args=[requests]), threading.Thread(target=self._collect)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Send nothing more, and wait for the answers that are missing; AssertionError if vegeta failed."""
        self.attack.terminate()
        codes = [process.wait(timeout=TIMEOUT + 5) for process in (self.attack, self.encode)]
        for thread in self.threads:
            thread.join()
        assert codes == [0, 0], f"vegeta ended with {codes}; its message is above"

    def _send(self, requests: Iterable[dict[str, Any]]) -> None:
        assert self.attack.stdin
        try:
            with self.attack.stdin as file:
                for request in requests:
                    file.write(json.dumps(request).encode() + b"\n")
        except BrokenPipeError:  # stopped
            return

    def _collect(self) -> None:
        assert self.encode.stdout
        for row in csv.reader(self.encode.stdout):
            if row[10]:  # without a URL: the end of the requests
                self.hits.append(_hit(row))


def _hit(row: list[str]) -> Hit:
    start, code, latency, _, _, error, body, connection, _, _, url, _ = row
    [(kind, name)] = parse_qsl(urlsplit(url).query)
    if error or int(code) not in ACKNOWLEDGED[kind]:
        error = _reason(int(code), error, base64.b64decode(body).decode(errors="replace"))
    return Hit(kind, name, connection, int(start) / 1e9, int(latency) / 1e9, int(code), error)


def _reason(code: int, error: str, body: str) -> str:
    """The kind of a failure, without what differs from request to request."""
    if not code:
        return re.sub(r"^.*(?<=: )", "", error)
    first = body.strip().partition("\n")[0]
    return f"{code}" if not first or first.startswith("<") else f"{code} {first}"
