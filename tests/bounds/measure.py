"""What a check of one app costs: CPU, memory and output of a process of its own, with the programs that it runs."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.attacks import corpus

from .inputs import Input

RECORDED = Path(__file__).resolve().parent / "recorded.yaml"
CPU_SECONDS = 5.0
PEAK_MIB = 300
OUTPUT_BYTES = 1_000_000
# A process begins with the peak of the one that started it, and a test's may be large: a small one is put between.
LAUNCHER = """
import json, os, resource, subprocess, sys
process = subprocess.Popen(sys.argv[2:], stderr=subprocess.STDOUT)
resource.prlimit(process.pid, resource.RLIMIT_CPU, (int(sys.argv[1]), int(sys.argv[1])))
_, _, used = os.wait4(process.pid, 0)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss]), file=sys.stderr)
"""


class Cost(NamedTuple):
    """Of a check: user and system CPU in seconds, the largest resident set in MiB, bytes printed, rules that found."""

    seconds: float
    mebibytes: float
    printed: int
    rules: frozenset[str]


def cost(given: Input, planted: str = "pass", stop: int = 60) -> Cost:
    """Check an app of which the customer's folder is as given, and return what that took.

    `planted` is a statement that changes the limits before. Raises ValueError after `stop` seconds of CPU.
    """
    with tempfile.TemporaryDirectory(prefix="bounds-") as scratch:
        top = Path(scratch)
        corpus.lay(top)
        for name, content in given.make().items():
            data = content if isinstance(content, bytes) else content.encode()
            (top / "overlays/customers" / corpus.VICTIM / name).write_bytes(data)
        code = f"import sys; from validators import cli; from validators.policy import limits; {planted}; sys.exit(cli.main())"
        command = [sys.executable, "-c", code, "check", "--no-cache", "--format", "json", "--root", scratch]
        with tempfile.TemporaryFile() as printed:
            launched = [
                sys.executable,
                "-c",
                LAUNCHER,
                str(stop),
                *command,
                str(top / "overlays/customers" / corpus.VICTIM),
            ]
            told = subprocess.run(launched, cwd=corpus.ROOT, stdout=printed, stderr=subprocess.PIPE, check=True).stderr
            printed.seek(0)
            text = printed.read()
        seconds, kibibytes = json.loads(told)
    if not text.startswith(b"{"):
        raise ValueError(f"{given.title}: no report after {seconds:.0f} s: {text[-500:]!r}")
    found = json.loads(text)["findings"]
    rules = frozenset(finding["rule"] for finding in found)
    return Cost(seconds, kibibytes / 1024, len(text), rules)
