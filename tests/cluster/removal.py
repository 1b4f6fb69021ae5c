"""Removing a folder with very many files, as unpacked images are: by many threads, and not in silence."""

from __future__ import annotations

import os
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path

from tests.cluster.report import say

# Seconds without a word.
SILENCE = 2.0
# A disk may take milliseconds for each file, and as long for sixteen at once.
THREADS = 16


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it; says every other second how many files are gone. Raises OSError.

    An interrupted removal goes on where it stopped when it is called again.
    """
    start = told = time.monotonic()
    gone = 0
    folders: list[Path] = []
    with ThreadPoolExecutor(THREADS) as pool:
        running: set[Future[tuple[int, list[Path]]]] = {pool.submit(_files, folder)}
        try:
            while running:
                done, running = wait(running, timeout=SILENCE / 4, return_when=FIRST_COMPLETED)
                for one in done:
                    files, below = one.result()
                    gone += files
                    folders += below
                    running |= {pool.submit(_files, path) for path in below}
                if time.monotonic() - told > SILENCE:
                    told = time.monotonic()
                    say(f"         {told - start:6.1f} s  removing its files: {gone} gone")
        finally:
            pool.shutdown(cancel_futures=True)
    for path in [*reversed(folders), folder]:  # a folder comes before those below it
        with suppress(FileNotFoundError):
            path.rmdir()


def _files(folder: Path) -> tuple[int, list[Path]]:
    """Remove a folder's files; how many they were, and the folders in it."""
    below, files = [], 0
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return 0, []
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            below.append(Path(entry.path))
        else:
            Path(entry.path).unlink()
            files += 1
    return files, below
