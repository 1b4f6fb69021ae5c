"""What the file system says of a folder, without a file being read: while it says the same, the contents are the same.

As git's index does it: names, inodes, sizes, and when contents and inodes were last changed. The last of these no program
can set, and no commit brings any of them along. The clock of a file system has ticks, though, and two changes in one
tick look alike: a folder that was changed just now has no stat digest, and is read the next time, too.
"""

import os
import stat
import time
from collections.abc import Iterator
from hashlib import blake2b
from itertools import islice

from ..policy import limits

SETTLED = 2.0
"""Seconds without a change, after which there is a stat digest: the longest tick of a file system in use (FAT's)."""


def of(top: str, most: int = limits.FOLDER_FILES) -> str | None:
    """Return the stat digest of a folder and of up to `most` files below it; None where it has none, or isn't there.

    It is as of the beginning of the call: take it before reading.
    """
    start = time.time()
    try:
        entries = sorted(islice(_entries(top, most), most + 2))
    except OSError:
        return None
    newest = max(max(times) for _, times, *_ in entries)
    if len(entries) > most + 1 or newest / 1e9 > start - SETTLED:
        return None
    return blake2b(repr(entries).encode(), digest_size=20).hexdigest()


def _entries(top: str, most: int) -> Iterator[tuple[str, tuple[int, int], int, int, int, int]]:
    """Yield the path, times, and what else tells one file from another, of a folder and of all below it."""
    found = [(top, os.lstat(top))]
    for path, status in found:
        yield path, (status.st_mtime_ns, status.st_ctime_ns), *status[:3], status.st_size
        if stat.S_ISDIR(status.st_mode):
            with os.scandir(path) as entries:
                # A folder of a million names is cut off here.
                few = islice(entries, most + 1)
                found += [(entry.path, entry.stat(follow_symlinks=False)) for entry in few]
