"""An app's files: brought by rsync, which copies what has changed, then counted and compared at both ends."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .place import MoveProblem, Place, Pod, Vm, run
from .transfer import both_ways

RSYNC = "rsync"
"""The pod's container with rsync."""
SAMPLE = 200
"""Files whose checksums are compared, and at the most this many bytes of them."""
SAMPLE_BYTES = 1 << 30
ASIDE = (".before_*", ".restore_*", "lost+found")
"""What isn't the app's, at the top of its files."""
_MODULE = """\
use chroot = false
reverse lookup = false
log file = /tmp/rsyncd.log
[media]
path = %s
read only = false
munge symlinks = false
"""
# The client's connection is the pipe to this machine: descriptors 3 and 4. What it says itself goes to the other output. When
# nothing comes any more, the whole connection ends, or the client would wait for ever.
_CONNECTION = "{ cat <&3; kill $$ 2>/dev/null; } & exec cat >&4"
_PROGRESS = re.compile(rb"([0-9,.]{1,24}) {1,9}([0-9]{1,3}%) {1,9}([0-9.]{1,12}[a-zA-Z]{0,3}/s)")


@dataclass
class Files:
    """A folder: size in bytes, and time of the last change in seconds since 1970, of each file by its path."""

    sizes: dict[bytes, int] = field(default_factory=dict)
    times: dict[bytes, float] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Return the size of all."""
        return sum(self.sizes.values())


def listed(place: Place, folder: str) -> Files:
    """Return the files of a folder, of links what they lead to; none of what was moved aside. Raises MoveProblem."""
    top = f"{folder.rstrip('/')}/."
    aside = [word for name in ASIDE for word in ("-path", f"{top}/{name}", "-o")][:-1]
    find = ["find", "-L", top, "(", *aside, ")", "-prune", "-o"]
    printed = run(place.words(*find, "-type", "f", "-printf", r"%s %T@ %P\0"), f"the files of {place.name}")
    files = Files()
    for entry in printed.split(b"\0")[:-1]:
        size, changed, path = entry.split(b" ", 2)
        files.sizes[path], files.times[path] = int(size), float(changed)
    return files


def bring(vm: Vm, folder: str, pod: Pod, target: str, aside: str, say: Callable[[str], object]) -> None:
    """Make the pod's folder like the VM's. What differs there already is moved into its folder `aside`.

    Raises MoveProblem; what has arrived stays, and the next pass goes on from there.
    """
    # The volume's top folder belongs to another user than the pod's: only that user may set its time.
    options = ["--recursive", "--links", "--copy-unsafe-links", "--times", "--omit-dir-times", "--partial"]
    options += ["--chmod=Du+rwx,Fu+rw"]
    options += ["--delete", "--backup", f"--backup-dir={aside}", "--info=progress2", "--no-human-readable"]
    options += [f"--exclude=/{name}" for name in ASIDE]
    script = f'export RSYNC_CONNECT_PROG="$0"; exec 3<&0 4>&1; exec {RSYNC} "$@" </dev/null >&2'
    client = vm.words("sh", "-c", script, _CONNECTION, *options, f"{folder.rstrip('/')}/", "rsync://pod/media/")
    configured = 'printf %s "$1" >/tmp/rsyncd.conf; exec rsync --server --daemon --config=/tmp/rsyncd.conf .'
    server = pod.words("sh", "-c", configured, "sh", _MODULE % target, container=RSYNC)
    try:
        both_ways(client, server, lambda said: say(_progress(said)))
    except MoveProblem as problem:
        raise MoveProblem(f"the files: {problem}") from None


def checksums(place: Place, folder: str, paths: list[bytes]) -> dict[bytes, str]:
    """Return the SHA-256 of some files, by their paths; of those that are there. Raises MoveProblem."""
    script = 'cd "$0" && xargs --null --no-run-if-empty sha256sum --zero --'
    printed = run(place.words("sh", "-c", script, folder), f"the files of {place.name}", b"\0".join(paths))
    return {path: digest.decode() for digest, _, path in (one.partition(b"  ") for one in printed.split(b"\0")[:-1])}


def sample(files: Files, salt: str) -> list[bytes]:
    """Return some files, others for another salt."""
    order = sorted(files.sizes, key=lambda path: hashlib.sha256(salt.encode() + path).digest())
    chosen: list[bytes] = []
    left = SAMPLE_BYTES
    for path in order:
        if len(chosen) < SAMPLE and files.sizes[path] <= left:
            chosen.append(path)
            left -= files.sizes[path]
    return chosen


def room(pod: Pod, folder: str) -> int:
    """Return the bytes that are free where the files go. Raises MoveProblem."""
    printed = run(pod.words("df", "--output=avail", "--block-size=1", folder), f"the files of {pod.name}")
    return int(printed.split()[-1])


def _progress(said: bytes) -> str:
    """Return the newest figures of rsync's: bytes, part and speed."""
    found = _PROGRESS.findall(said)
    return f"the files: {b', '.join(found[-1]).decode()}" if found else "the files: rsync compares"
