"""What a container uses, from its own control group, and the sizes that follow."""

import math
import statistics
from typing import NamedTuple

MI = 1 << 20
# Of cgroups v2 and v1: memory, the files cached of it that can be dropped, CPU time in microseconds.
_SAMPLE = """
group=/proc/1/root/sys/fs/cgroup
if [ -e $group/memory.current ]; then
  read -r used < $group/memory.current
  files=$(grep '^inactive_file ' $group/memory.stat) files=${files#* }
  cpu=$(grep '^usage_usec ' $group/cpu.stat) cpu=${cpu#* }
else
  read -r used < $group/memory/memory.usage_in_bytes
  files=$(grep '^total_inactive_file ' $group/memory/memory.stat) files=${files#* }
  read -r cpu < $group/cpuacct/cpuacct.usage
  cpu=$((cpu / 1000))
fi
echo $((used - files)) $cpu
"""


SAMPLING = f"while [ -e /proc/1/root ]; do {_SAMPLE} sleep 1; done 2>/dev/null"
"""A bash script that takes a sample each second."""


class Usage(NamedTuple):
    """What was in use at one moment: memory in bytes, as it counts for the kubelet, and CPU time in seconds so far."""

    memory: int
    cpu: float


def parse(text: str) -> list[Usage]:
    """Read what the script printed, leaving out what it couldn't read."""
    found = []
    for line in text.splitlines():
        fields = line.split()
        if len(fields) == 2 and all(field.isdigit() for field in fields):
            found.append(Usage(int(fields[0]), int(fields[1]) / 1e6))
    return found


def resources(samples: list[Usage], loaded: list[Usage] | None = None) -> dict[str, dict[str, str]]:
    """Return requests and limits that follow from the samples, with room for a busier day; CPU only from load."""
    request = _up(max(usage.memory for usage in samples) * 1.2 / MI, 32)
    found = {
        "requests": {"memory": f"{request}Mi"},
        "limits": {"memory": f"{_up(max(request * 1.5, request + 128), 64)}Mi"},
    }
    if loaded:
        cores = (loaded[-1].cpu - loaded[0].cpu) / max(len(loaded) - 1, 1)
        found["requests"]["cpu"] = f"{_up(cores * 1000, 50)}m"
    return found


def at_rest(samples: list[Usage]) -> float:
    """Memory in MiB: the median."""
    return statistics.median(usage.memory for usage in samples) / MI


def at_most(samples: list[Usage]) -> float:
    """Memory in MiB: the highest."""
    return max(usage.memory for usage in samples) / MI


def _up(value: float, step: int) -> int:
    """Round up to a multiple of `step`, at least one."""
    return max(math.ceil(value / step), 1) * step
