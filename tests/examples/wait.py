"""Waiting for something that another process does."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_until(probe: Callable[[], T], timeout: float, why: Callable[[], str] | str, every: float = 0.1) -> T:
    """The first true value of `probe`, asked each `every` seconds; AssertionError with `why` after `timeout` s."""
    deadline = time.monotonic() + timeout
    while not (value := probe()):
        assert time.monotonic() < deadline, f"not within {timeout} s: {why() if callable(why) else why}"
        time.sleep(every)
    return value
