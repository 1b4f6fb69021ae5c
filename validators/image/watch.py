"""A container beside one of the image's: it samples memory all the time, and looks into its neighbour."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import in_image, memory
from .kubectl import ClusterProblem, Kubectl, until

# The neighbour's Python: that of its first process that is one, as far as the neighbour's files have it.
_PYTHON = r"""
for process in /proc/[0-9]*; do
  IFS= read -r -d '' name < $process/cmdline || continue
  case ${name##*/} in
    python*)
      case $name in /*) echo "$name"; exit ;; esac
      path=$(tr '\0' '\n' < $process/environ | grep '^PATH=')
      IFS=: read -ra folders <<< "${path#PATH=}"
      for folder in "${folders[@]}"; do
        [ -e "/proc/1/root$folder/$name" ] || [ -L "/proc/1/root$folder/$name" ] || continue
        echo "$folder/$name"; exit
      done ;;
  esac
done 2>/dev/null
echo python3
"""

# Servers trust X-Forwarded-Proto of the own machine (gunicorn, uvicorn), which kubectl's way comes from, and no ingress.
# So requests go once more around, from the pod's address to itself.
_RELAY = r"""
use IO::Socket::IP; use IO::Select;
$| = 1; $SIG{CHLD} = "IGNORE"; $SIG{PIPE} = "IGNORE";
my $listener = IO::Socket::IP->new(LocalHost => "127.0.0.1", LocalPort => 0, Listen => 64) or die "no port: $@";
print $listener->sockport, "\n";
while (my $client = $listener->accept) {
  next if fork;
  close STDOUT;
  my $server = IO::Socket::IP->new(PeerHost => $ARGV[0], PeerPort => $ARGV[1]) or exit 1;
  my %other = ($client => $server, $server => $client);
  my $select = IO::Select->new($client, $server);
  while ($select->count) {
    for my $from ($select->can_read) {
      my $to = $other{$from};
      my $part;
      if (!sysread($from, $part, 65536)) { $select->remove($from); shutdown($to, 1); next }
      while (length $part) { my $sent = syswrite($to, $part) or exit; $part = substr($part, $sent) }
    }
  }
  exit;
}
"""


class Watch:
    """The container beside `container` of a pod, of an image with bash; it ends with its neighbour."""

    def __init__(self, kubectl: Kubectl, pod: str, container: str, image: str, name: str = "look") -> None:
        self.kubectl, self.pod, self.container, self.name = kubectl, pod, container, name
        self._image, self._python = image, ""

    def start(self) -> bool:
        """Put it there, as `kubectl debug` does; False if the neighbour has ended meanwhile. Raises ClusterProblem."""
        self.kubectl.run(
            "debug", f"pod/{self.pod}", f"--image={self._image}", f"--target={self.container}",
            f"--container={self.name}", "--profile=restricted", "--quiet", "--", "bash", "-c", memory.SAMPLING,
        )  # fmt: skip

        def running() -> bool | None:
            now = self.kubectl.get("pod", self.pod)
            if "running" not in status(now, self.container).get("state", {}):
                return False
            found = now["status"].get("ephemeralContainerStatuses", [])
            return any(one["name"] == self.name and "running" in one["state"] for one in found) or None

        return bool(until(60, running))

    def run(self, script: str) -> str:
        """Run a bash script there; it sees the neighbour's processes, /proc/1 is its first. Empty if it fails."""
        try:
            return self.kubectl.run("exec", self.pod, f"--container={self.name}", "--", "bash", "-c", script)
        except ClusterProblem:  # the neighbour ended, and what looked at it with it
            return ""

    @contextlib.contextmanager
    def relayed(self, address: str, port: int) -> Iterator[int]:
        """Lead a port of 127.0.0.1 here to a port of the pod, as others reach it. Raises ClusterProblem."""
        command = ["perl", "-e", _RELAY, address, str(port)]
        with self.kubectl.started("exec", self.pod, f"--container={self.name}", "--", *command) as relay:
            line = (relay.stdout.readline() if relay.stdout else "").strip()
            if not line.isdigit():
                raise ClusterProblem(f"no way to port {port} of pod {self.pod}: {line or 'it has ended'}")
            with self.kubectl.forwarded(f"pod/{self.pod}", int(line)) as way:
                yield way

    def samples(self) -> list[memory.Usage]:
        """What the neighbour has used, about a second apart, since the start of this."""
        return memory.parse(self.kubectl.logs(self.pod, self.name, tail=-1))

    def ask(self, verb: str, *arguments: str) -> dict[str, Any]:
        """Run a verb of in_image.py in the neighbour; its answer, or {"problem": why there is none}."""
        self._python = self._python or self.run(_PYTHON).strip() or "python3"
        text = Path(in_image.__file__).read_text(encoding="utf-8")
        try:
            said = self.kubectl.run(
                "exec", self.pod, f"--container={self.container}", "--", self._python, "-c", text, verb, *arguments
            )
        except ClusterProblem as problem:
            return {"problem": str(problem)}
        line = next((line for line in reversed(said.splitlines()) if line.startswith(in_image.MARK)), "")
        return json.loads(line.removeprefix(in_image.MARK)) if line else {"problem": said[-300:]}


def status(pod: dict[str, Any], name: str) -> dict[str, Any]:
    """The status of one of the pod's containers, empty if there is none yet."""
    lists = ("containerStatuses", "initContainerStatuses")
    return next((one for key in lists for one in pod["status"].get(key, []) if one["name"] == name), {})
