"""Traffic through the ingress while something is done to the app: what failed in each phase, and what was lost."""

from __future__ import annotations

import secrets
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

from tests.e2e.app import App
from tests.e2e.sealing import API_TOKEN
from tests.resilience.attack import Attack, Hit
from tests.resilience.mix import EVERYTHING, Site, requests

RATES = {"keep-alive": 40, "new": 20}  # requests a second


@dataclass(frozen=True)
class Phase:
    """What happened to the requests sent while something was done. Times in seconds.

    p50, p95, p99: of those that went well. gap: the longest time without one. failing: from the first failed to the last.
    """

    name: str
    seconds: float
    requests: int
    failures: Counter[str]
    p50: float
    p95: float
    p99: float
    gap: float
    failing: float

    @property
    def failed(self) -> int:
        """How many requests failed."""
        return sum(self.failures.values())

    @property
    def rate(self) -> float:
        """Requests sent a second."""
        return self.requests / self.seconds

    def __str__(self) -> str:
        percentiles = "/".join(f"{1000 * value:.0f}" for value in (self.p50, self.p95, self.p99))
        failed = f"{self.failed} of {self.requests} failed" + (f" within {self.failing:.1f} s" if self.failed else "")
        return f"{failed}, gap {self.gap:.1f} s, p50/p95/p99 {percentiles} ms"


class Running:
    """Traffic that is running, or has ended."""

    def __init__(self, attacks: Sequence[Attack]) -> None:
        self.attacks = attacks
        self.phases: list[tuple[str, float, float]] = []

    @property
    def hits(self) -> list[Hit]:
        """All answers so far, in the order the requests were sent in."""
        return sorted((hit for attack in self.attacks for hit in list(attack.hits)), key=lambda hit: hit.start)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """What is sent in the meantime belongs to this phase, also if it ends with an error."""
        start = time.time()
        try:
            yield
        finally:
            self.phases.append((name, start, time.time()))

    def summary(self) -> list[Phase]:
        """Each phase's figures; ask for it when the traffic has ended, or the last answers are missing."""
        hits = self.hits
        return [measure(name, hits, start, end) for name, start, end in self.phases]

    def acknowledged(self, kind: str) -> set[str]:
        """Ids of the writes, or uploads, that the app has said were done: the ledger."""
        return {hit.name for hit in self.hits if hit.kind == kind and hit.ok}


@contextmanager
def traffic(app: App, kinds: tuple[str, ...] = EVERYTHING, rates: Mapping[str, int] = RATES) -> Iterator[Running]:
    """Requests to an app by HTTPS and IPv6 for as long as the block runs, and until the last is answered."""
    settings = app.kubernetes.settings
    address, authority = settings.data["network"][app.through], settings.run / "pki/ca.crt"
    with attacked(Site(f"https://{app.hosts[0]}", API_TOKEN, address, authority), kinds, rates) as running:
        yield running


@contextmanager
def attacked(site: Site, kinds: tuple[str, ...] = EVERYTHING, rates: Mapping[str, int] = RATES) -> Iterator[Running]:
    """Requests to any site that answers as the example app does; rates: of each kind of connection, a second."""
    run = secrets.token_hex(4)
    with tempfile.TemporaryDirectory() as folder:
        attacks = [
            Attack(site, requests(site, kinds, f"{run}-{connection}"), rate, connection, Path(folder))
            for connection, rate in rates.items()
        ]
        try:
            yield Running(attacks)
        finally:
            for attack in attacks:
                attack.stop()


def measure(name: str, hits: Sequence[Hit], start: float, end: float) -> Phase:
    """The figures of the requests sent between two times."""
    sent = [hit for hit in hits if start <= hit.start < end]
    latencies = [hit.seconds for hit in sent if hit.ok]
    percentiles = quantiles(latencies, n=100) if len(latencies) > 1 else [float("nan")] * 99
    failed = [hit for hit in sent if not hit.ok]
    failing = max(hit.start for hit in failed) - min(hit.start for hit in failed) if failed else 0
    # Without an answer that went well, whoever asked: what a visitor calls down.
    moments = [start, *sorted(hit.end for hit in hits if hit.ok and start <= hit.end < end), end]
    gap = max(later - earlier for earlier, later in pairwise(moments))
    p50, p95, p99 = percentiles[49], percentiles[94], percentiles[98]
    return Phase(name, end - start, len(sent), Counter(hit.error for hit in failed), p50, p95, p99, gap, failing)
