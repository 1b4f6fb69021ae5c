"""From a given time on, create files that must not be there yet; prints the numbers of those nobody else had created."""

import json
import os
import sys
import time
from pathlib import Path

folder, count, start = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
Path(folder).mkdir(exist_ok=True)
won = []
time.sleep(max(0, start - time.time()))
for number in range(count):
    time.sleep(0.01)  # lets the other come in between
    try:
        os.close(os.open(f"{folder}/{number}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
    except FileExistsError:
        continue
    won.append(number)
print(json.dumps(won))
