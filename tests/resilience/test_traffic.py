"""The traffic itself: what a bad site does has to show. No cluster is needed."""

from __future__ import annotations

import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.resilience.ledger import lost_uploads, lost_writes
from tests.resilience.mix import Site
from tests.resilience.traffic import Running, attacked

SECONDS = 3
RATES = {"keep-alive": 14, "new": 6}  # what a busy machine holds, too


class BadSite(ThreadingHTTPServer):
    """The example app's paths, kept in memory: drops, refuses, forgets and spoils as told."""

    address_family = socket.AF_INET6
    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("::1", 0), Handler)
        self.drop = self.down = self.forget = self.spoil = False
        self.notes: set[str] = set()
        self.files: set[tuple[str, str]] = set()
        self.connections = 0

    @property
    def site(self) -> Site:
        """Where it is, by a name that only the traffic knows."""
        return Site(f"http://site.example.com:{self.server_port}", "token", "::1")


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    server: BadSite

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        self.answer(200)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.down:
            self.answer(503)
        elif self.path.startswith("/api/notes?"):
            key = json.loads(body)["key"]
            if not (self.server.forget and key.endswith("4")):
                self.server.notes.add(key)
            self.answer(201)
        else:
            form = message_from_bytes(f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode() + body)
            [part] = form.get_payload()
            file = part.get_payload(decode=True)
            self.server.files.add((hashlib.sha256(file[self.server.spoil :]).hexdigest(), part.get_filename()))
            self.answer(302)

    def answer(self, code: int) -> None:
        if self.server.drop:
            self.close_connection = True
            return
        body = b"no healthy upstream\n" if self.server.down else b""
        self.send_response(503 if self.server.down else code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[BadSite]:
    """A site that is good until it is told otherwise."""
    with BadSite() as server:
        threading.Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


@pytest.fixture
def running(site: BadSite) -> Iterator[Running]:
    """Traffic to it."""
    with attacked(site.site, rates=RATES) as running:
        until(running, 30)
        yield running


def until(running: Running, hits: int) -> None:
    """Wait for so many more answers."""
    wanted, deadline = len(running.hits) + hits, time.monotonic() + 20
    while len(running.hits) < wanted:
        assert time.monotonic() < deadline, "the traffic doesn't get on"
        time.sleep(0.05)


def test_a_good_site_fails_and_loses_nothing(site: BadSite) -> None:
    with attacked(site.site, rates=RATES) as running:
        until(running, 30)
        with running.phase("calm"):
            time.sleep(SECONDS)
    [phase] = running.summary()
    assert phase.failures == {}
    assert phase.rate == pytest.approx(sum(RATES.values()), rel=0.3)
    assert 0 < phase.p50 <= phase.p95 <= phase.p99 < 5
    assert phase.gap < 1.5
    assert running.acknowledged("write") == site.notes
    assert {f"{name}.txt" for name in running.acknowledged("upload")} == {name for _, name in site.files}
    assert (lost_writes(running, site.notes), lost_uploads(running, site.files)) == (set(), set())
    # A connection for each request of one kind, and (over HTTP/1.1) few for all of the other.
    fresh = [hit for hit in running.hits if hit.connection == "new"]
    assert len(fresh) < site.connections < len(running.hits) - len(fresh)


def test_dropped_connections_are_failures(site: BadSite, running: Running) -> None:
    with running.phase("dropping"):
        site.drop = True
        until(running, 40)
        site.drop = False
    [phase] = running.summary()
    assert phase.failures.keys() <= {"EOF", "connection reset by peer"}
    assert phase.failed > 20


def test_an_outage_is_a_gap_and_is_told_by_the_proxy_s_words(site: BadSite, running: Running) -> None:
    with running.phase("outage"):
        site.down = True
        time.sleep(2)
        site.down = False
        until(running, 30)
    [phase] = running.summary()
    assert phase.failures.keys() == {"503 no healthy upstream"}
    assert phase.failed == pytest.approx(2 * sum(RATES.values()), rel=0.5)
    assert phase.gap == pytest.approx(2, abs=0.8)


def test_what_is_acknowledged_and_forgotten_is_lost(site: BadSite, running: Running) -> None:
    site.forget = True
    until(running, 60)
    lost = lost_writes(running, site.notes)
    assert lost
    assert all(name.endswith("4") for name in lost)


def test_an_upload_with_other_content_is_lost(site: BadSite, running: Running) -> None:
    site.spoil = True
    until(running, 60)
    assert lost_uploads(running, site.files)
    assert not lost_writes(running, site.notes)
