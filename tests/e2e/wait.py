"""Waiting for what happens later, with the last reason why it hasn't."""

from __future__ import annotations

import subprocess

from tenacity import Retrying, retry_if_exception_type, stop_after_delay, wait_fixed


def eventually(seconds: float = 60, every: float = 0.5) -> Retrying:
    """Retry assertions, requests and kubectl until they hold: ``for attempt in eventually(): with attempt: ...``."""
    # LookupError: a status may not be there yet; ValueError: nor the one pod that `[pod] = ...` unpacks.
    wanted = (AssertionError, LookupError, ValueError, OSError, subprocess.CalledProcessError)
    return Retrying(
        retry=retry_if_exception_type(wanted), stop=stop_after_delay(seconds), wait=wait_fixed(every), reraise=True
    )
