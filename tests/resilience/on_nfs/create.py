"""Create files that must not be there yet; prints the numbers of those that nobody else had created."""

import json
import os
import sys
from pathlib import Path

folder, count = sys.argv[1], int(sys.argv[2])
Path(folder).mkdir(exist_ok=True)
won = []
for number in range(count):
    try:
        os.close(os.open(f"{folder}/{number}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644))
    except FileExistsError:
        continue
    won.append(number)
print(json.dumps(won))
