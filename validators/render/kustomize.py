"""Find a good enough kustomize and run it.

Good enough: the oldest supported version or newer, of the same major version. Looked for in this order: the command
named by DJANGO_HOSTING_KUSTOMIZE, `kustomize` on PATH, `kubectl` on PATH (which has one built in), and the pinned one
that `make setup` builds into .tools/bin.
"""

import contextlib
import functools
import json
import os
import re
import resource
import select
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..kubernetes.versions import KUSTOMIZE_OLDEST
from ..policy import limits

OVERRIDE = "DJANGO_HOSTING_KUSTOMIZE"
TOOLS = Path(__file__).resolve().parents[2] / ".tools" / "bin"

# kustomize fills a line without = in an env file from its environment: there is nothing in it.
_ENVIRONMENT = ("PATH", "TMPDIR", "SYSTEMROOT")

# A remote base is refused, not fetched: a build must not depend on, or talk to, anything outside the repository.
_NO_NETWORK = {
    "HTTP_PROXY": "http://[::1]:1",
    "HTTPS_PROXY": "http://[::1]:1",
    "NO_PROXY": "",
    "GIT_ALLOW_PROTOCOL": "none",
}

# Collecting garbage less often saves a third of the time; from GOMEMLIMIT on Go collects more often.
GO = {"GOGC": "800", "GOMEMLIMIT": "75MiB"}


FILE_NAME = re.compile(r"[A-Za-z0-9_.:-]+")
"""What kustomize's library takes for the name of a file or folder that it holds in memory."""


class KustomizeError(Exception):
    """kustomize isn't there, or refuses a folder. The message is one line, for people."""


@dataclass(frozen=True)
class Kustomize:
    """A kustomize that can be run: `command` takes a folder as its last argument."""

    command: tuple[str, ...]
    version: str

    def build(
        self,
        folder: Path,
        *,
        timeout: float = limits.RENDER_SECONDS,
        memory: int = limits.RENDER_MEMORY,
        output: int = limits.RENDER_OUTPUT,
    ) -> bytes:
        """Return the YAML stream that `kustomize build folder` prints.

        `timeout` is in seconds, `memory` in bytes of address space, `output` in bytes printed (the last two are not
        limited where the system can't). Nothing of the caller's environment but what kustomize needs is passed on.
        Raises KustomizeError with kustomize's reason when the build fails or goes over a limit.
        """
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen(
                [*self.command, str(folder)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | _NO_NETWORK | GO,
                start_new_session=True,
            )
            _limit(process.pid, memory, output, timeout)
            try:
                _wait(process, timeout)
            except subprocess.TimeoutExpired:
                raise KustomizeError(f"{folder}: kustomize took longer than {timeout:g} s") from None
            finally:
                _kill(process)
            out.seek(0)
            err.seek(0)
            said = err.read(1 << 16).decode(errors="replace")
            if process.returncode == -signal.SIGXFSZ or "file too large" in said:
                raise KustomizeError(f"{folder}: kustomize printed more than {output >> 20} MiB")
            if process.returncode:
                raise KustomizeError(f"{folder}: {reason(said, memory)}")
            return out.read()


@functools.cache
def find() -> Kustomize:
    """Return the kustomize to use, see the module's text for where it is looked for.

    Raises KustomizeError that says what to do when there is none.
    """
    if override := os.environ.get(OVERRIDE):
        return at(shlex.split(override))
    too_old = []
    for command in _candidates():
        try:
            found = at(command)
        except KustomizeError:
            continue
        if _good_enough(found.version):
            return found
        too_old.append(f"{command[0]} has {found.version}")
    seen = f" ({', '.join(too_old)})" if too_old else ""
    wanted = f"kubectl >= 1.32, which has it built in, or kustomize >= {KUSTOMIZE_OLDEST}"
    raise KustomizeError(f"no kustomize >= {KUSTOMIZE_OLDEST} on PATH{seen}; {how_to_get(wanted, _KUBECTL_PAGE)}")


_KUBECTL_PAGE = "https://kubernetes.io/docs/tasks/tools/"
KUBESEAL_PAGE = "https://github.com/bitnami-labs/sealed-secrets#kubeseal"


def how_to_get(program: str, page: str) -> str:
    """Return what to do where a program is missing: only a checkout of this repository has a Makefile for it."""
    installed = f"install {program}: {page}"
    return f"run `make setup`, or {installed}" if (TOOLS.parents[1] / "Makefile").is_file() else installed


def at(command: list[str]) -> Kustomize:
    """Return the Kustomize of `command`: ["kustomize"], ["kubectl"] or a path to either."""
    if Path(command[0]).name.startswith("kubectl"):
        report = _run([command[0], "version", "--client", "--output=json"])
        try:
            version = json.loads(report).get("kustomizeVersion", "")
        except ValueError:
            version = ""
        build = (command[0], "kustomize")
    else:
        version = _run([command[0], "version"]).strip()
        build = (command[0], "build")
    match = re.search(r"(?<![\d.])v?(\d+\.\d+\.\d+)", version)
    if not match:
        raise KustomizeError(f"{command[0]}: can't tell its kustomize version from {version[:80]!r}")
    return Kustomize(build, match[1])


def program(name: str) -> str | None:
    """Return the path of a pinned tool, or of the one on PATH where set-up made none; None where there is neither."""
    pinned = TOOLS / name
    return str(pinned) if pinned.exists() else shutil.which(name)


def _candidates() -> Iterator[list[str]]:
    for name in ("kustomize", "kubectl"):
        if path := shutil.which(name):
            yield [path]
    pinned = TOOLS / "kustomize"
    if pinned.exists():
        yield [str(pinned)]


def _run(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise KustomizeError(f"{command[0]}: doesn't run: {error}") from None


def _good_enough(version: str) -> bool:
    have, need = ([int(part) for part in v.split(".")] for v in (version, KUSTOMIZE_OLDEST))
    return have[0] == need[0] and have >= need


def _limit(pid: int, memory: int, output: int, seconds: float) -> None:
    if not hasattr(resource, "prlimit"):
        return
    bounds = {resource.RLIMIT_AS: memory, resource.RLIMIT_FSIZE: output, resource.RLIMIT_CPU: int(seconds) * 4 + 1}
    # ProcessLookupError: over already. PermissionError: not ours to limit.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        for kind, limit in bounds.items():
            resource.prlimit(pid, kind, (limit, limit))


def _wait(process: subprocess.Popen, timeout: float) -> None:
    """Wait for the end of a process. Raises TimeoutExpired.

    subprocess looks every 50 ms, which is half of what a build takes; where there is pidfd, its end is told.
    """
    if hasattr(os, "pidfd_open"):
        ended = os.pidfd_open(process.pid)
        try:
            select.select([ended], [], [], timeout)
        finally:
            os.close(ended)
        timeout = 0.001
    process.wait(timeout=timeout)


def _kill(process: subprocess.Popen) -> None:
    """End a process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def reason(stderr: str, memory: int) -> str:
    """Return kustomize's complaint in one line."""
    if "out of memory" in stderr or "cannot allocate memory" in stderr:
        return f"kustomize needed more than {memory >> 20} MiB of memory"
    if wrapped := re.search(r'] "command failed" err="(.*)"$', stderr, re.M | re.S):  # kubectl's way to say it
        stderr = wrapped[1].replace('\\"', '"').replace("\\n", " ")
    if rivals := re.search(r"already registered id: ChooseOne\.\S+?/([a-z0-9-]+)", stderr):
        return f"components that exclude each other are listed together: choose one, {rivals[1].replace('-', ' ')}"
    lines = [line for line in stderr.splitlines() if line.strip() and not line.startswith("# Warning")]
    return " ".join(lines).removeprefix("Error: ").removeprefix("error: ") or "kustomize failed and doesn't say why"


if __name__ == "__main__":
    try:
        print(*find().command)
    except KustomizeError as error:
        sys.exit(f"set-up: {error}")
