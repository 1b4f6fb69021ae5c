"""What the cluster's commands print: each step with the time it took, and failures in one line."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class ClusterError(Exception):
    """Something the user has to know: one line that says what is wrong and what to do."""


def say(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def warn(text: str) -> None:
    """Print one line to the error stream."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announce a step and print how long it took, or that it failed."""
    start = time.monotonic()
    try:
        yield
    except BaseException:
        say(f"  failed {time.monotonic() - start:6.1f} s  {text}")
        raise
    say(f"      ok {time.monotonic() - start:6.1f} s  {text}")
