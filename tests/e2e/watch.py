"""Asking a site all the time, while something else goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def watched(ask: Callable[[], str]) -> Iterator[list[str]]:
    """Ask five times a second; the list fills with what was answered, errors by their name."""
    answers: list[str] = []

    def once() -> None:
        try:
            answers.append(ask())
        except OSError as error:
            answers.append(type(error).__name__)

    with repeated(once, 0.2):
        yield answers


@contextmanager
def repeated(action: Callable[[], object], every: float) -> Iterator[None]:
    """Do something again and again, after so many seconds each time, for as long as the block runs."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(every):
            action()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
