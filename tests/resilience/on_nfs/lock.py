"""Try to lock a file as Django's storage does, and keep it for some seconds; prints whether it was free."""

import json
import sys
import time

from django.core.files import locks

path, seconds = sys.argv[1], float(sys.argv[2])
with open(path, "a") as file:
    free = locks.lock(file, locks.LOCK_EX | locks.LOCK_NB)
    if free:
        time.sleep(seconds)
print(json.dumps(free))
