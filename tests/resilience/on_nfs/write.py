"""Append to one file, which is locked for the whole time, or write new files, until told to stop.

Prints how many were safely stored, and the longest time from one to the next.
"""

import json
import os
import sys
import time
from pathlib import Path

from django.core.files import locks

path, how, stop = sys.argv[1:]
count, longest = 0, 0.0
with open(path, "a") as held:
    assert locks.lock(held, locks.LOCK_EX | locks.LOCK_NB), "another has the lock"
    last = time.monotonic()
    while not Path(stop).exists():
        if how == "append":
            held.write(f"{count}\n")
            held.flush()
            os.fsync(held.fileno())
        else:
            with open(f"{path}.{count}", "x") as file:
                file.write(str(count))
        count, now = count + 1, time.monotonic()
        longest, last = max(longest, now - last), now
        time.sleep(0.1)
print(json.dumps([count, longest]))
