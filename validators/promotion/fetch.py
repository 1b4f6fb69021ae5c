"""A customer's commit, fetched by its id into an empty store: no hooks, filters, submodules or tags, and within limits.

Nothing of it is trusted: that the bytes are those of the id is what git checks (transfer.fsckObjects), and nothing else.
"""

import contextlib
import re
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..finding import printable
from ..policy import limits
from ..sources import plumbing
from ..sources.app_file import Repository
from ..sources.tree import TreeError
from .problem import Failed, Refused

_ID = re.compile(r"[0-9a-f]{40}")


@contextlib.contextmanager
def store() -> Iterator[Path]:
    """Yield an empty bare repository, which is deleted afterwards."""
    with tempfile.TemporaryDirectory(prefix="django-hosting-") as folder:
        plumbing.run(None, "init", "--quiet", "--bare", "--template=", folder)
        yield Path(folder)


def refs(url: str, *names: str) -> dict[str, str]:
    """Return the ids of those of the refs that a repository has. Raises Failed where it doesn't answer."""
    try:
        listed = plumbing.run(None, "ls-remote", "--quiet", "--", url, *names, seconds=limits.FETCH_SECONDS).decode()
    except TreeError as error:
        raise Failed(f"{url} doesn't answer: {printable(str(error))}") from None
    pairs = (line.split("\t") for line in listed.splitlines())
    return {name: identity for identity, name in pairs if name in names and _ID.fullmatch(identity)}


def tip(repository: Repository) -> str:
    """Return the commit at the end of the branch that is taken. Raises Failed, Refused where there is none."""
    name = f"refs/heads/{repository.branch}"
    found = refs(repository.url, name)
    if name not in found:
        raise Refused(f"there is no branch {repository.branch}: push to it, or ask for another")
    return found[name]


def commit(store: Path, url: str, identity: str) -> None:
    """Fetch a commit, without its history. Raises Refused where it is too large or damaged, Failed where it isn't had."""
    if not _ID.fullmatch(identity):
        raise Failed(f"{printable(identity)} is no commit's id: write all 40 digits")
    options = ["--depth=1", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--no-auto-maintenance"]
    error = _limited(store, "fetch", "--quiet", *options, "--", url, identity)
    if error is not None:
        raise error
    counted = plumbing.run(store, "count-objects", "-v").decode()
    objects = sum(int(number) for number in re.findall(r"^(?:count|in-pack): (\d+)$", counted, re.M))
    if objects > limits.FETCH_OBJECTS:
        raise Refused(
            f"holds more than {limits.FETCH_OBJECTS:,} objects: keep the app's files in a repository of their own"
        )
    kind = plumbing.run(store, "cat-file", "-t", identity).strip()
    if kind != b"commit":
        raise Refused(f"{identity} is a {kind.decode()}, not a commit")


def _limited(store: Path, *arguments: str) -> Refused | Failed | None:
    """Run git, which writes no file over the limit and takes no more memory and time; return why it didn't work."""
    command = plumbing.command(store, "-c", "pack.threads=1", "-c", "fetch.unpackLimit=1", *arguments)
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=plumbing.environment()
    )
    with process, contextlib.suppress(ProcessLookupError):
        bounds = {resource.RLIMIT_FSIZE: limits.FETCH_BYTES, resource.RLIMIT_AS: limits.FETCH_MEMORY}
        for kind, most in bounds.items():
            resource.prlimit(process.pid, kind, (most, most))
        try:
            _, said = process.communicate(timeout=limits.FETCH_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return Refused(f"took longer than {limits.FETCH_SECONDS} s to fetch: make the repository smaller")
    return None if process.returncode == 0 else _reason(store, said.decode(errors="replace"))


def _reason(store: Path, said: str) -> Refused | Failed:
    full = any(file.stat().st_size >= limits.FETCH_BYTES for file in (store / "objects/pack").iterdir())
    lines = [line for line in said.splitlines() if line.strip()]
    shown = printable(" ".join(lines))[:300]
    if full or re.search(r"[Oo]ut of memory|unable to create thread", said):
        megabytes = limits.FETCH_BYTES >> 20
        return Refused(f"is larger than {megabytes} MiB: keep the app's files in a repository of their own")
    if re.search(r"fsck|error in object|invalid index-pack output|unpack", said):
        return Refused(f"isn't sound: {shown}: rewrite the commit that git fsck names")
    return Failed(f"can't be fetched: {shown}")
