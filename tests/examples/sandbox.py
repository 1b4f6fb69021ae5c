"""Start the image's commands as a kubelet does: PID 1 of their own, an arbitrary uid, read-only root, writable /tmp.

By bubblewrap: root starts them under a real uid, others under one of a user namespace. Network: the machine's own.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from .image import Image
from .wait import wait_until

# How the pod starts the site: most base images have a folder /run, so the image has /run/run.
RUN = ("/bin/sh", "-c", "if [ -d /run ]; then exec /run/run; fi; exec /run")
UID = 23456  # no passwd entry, no owner of anything but the media volume


@dataclass
class Container:
    """One running command."""

    process: subprocess.Popen[bytes]
    pid: int  # of the command, outside its PID namespace
    log: Path
    name: str

    def output(self) -> str:
        """What it wrote to stdout and stderr so far."""
        return self.log.read_text(errors="replace")

    def terminate(self) -> None:
        """Send SIGTERM to PID 1 and nobody else, as a kubelet does."""
        os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL to PID 1: the kernel ends its children with it."""
        os.kill(self.pid, signal.SIGKILL)

    def uids(self) -> set[int]:
        """The user ids of PID 1, as the kernel sees them: real, effective, saved, file system."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return {int(uid) for line in lines if line.startswith("Uid:") for uid in line.split()[1:]}

    def wait(self, timeout: float) -> int:
        """The exit status, within `timeout` seconds; else AssertionError with the output."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"{self.name} did not end within {timeout} s:\n{self.output()}") from error

    def serves(self, probe: Callable[[], bool], timeout: float = 20) -> None:
        """Wait until `probe` is true; AssertionError with the output if it ends or times out before."""

        def serving() -> bool:
            assert self.process.poll() is None, f"{self.name} ended:\n{self.output()}"
            return probe()

        wait_until(serving, timeout, lambda: f"{self.name} does not answer:\n{self.output()}")

    def logged(self, text: str, timeout: float = 20) -> None:
        """Wait until `text` is in the output; AssertionError with the output if it ends or times out before."""

        def seen() -> bool:
            if self.process.poll() is not None and text not in self.output():
                raise AssertionError(f"{self.name} ended with {self.process.returncode}:\n{self.output()}")
            return text in self.output()

        wait_until(seen, timeout, lambda: f"{self.name} did not log {text!r}:\n{self.output()}")


@dataclass
class Sandbox:
    """Starts commands of `image`; `environment` is what the hosting gives to every container of the app."""

    image: Image
    environment: dict[str, str]
    media: Path
    logs: Path
    started: list[Container] = field(default_factory=list)

    def start(self, *command: str, net: bool = True, files: dict[str, Path] | None = None, **env: str) -> Container:
        """Start `command` with `env` added; `files` replaces files of the image; without `net` it is alone."""
        log = self.logs / f"{len(self.started)}.log"
        info_read, info_write = os.pipe()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [
                    *self.bubblewrap(info_write, net, files or {}, {**self.environment, **env}),
                    *command,
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=[info_write],
            )
        os.close(info_write)
        with os.fdopen(info_read) as info:
            text = info.read()
        assert text, f"bwrap failed: {log.read_text()}"
        container = Container(process, json.loads(text)["child-pid"], log, command[-1])
        self.started.append(container)
        return container

    def run(self, *command: str, timeout: float = 60, **env: str) -> Container:
        """Run `command` to its end, which must be good."""
        container = self.start(*command, **env)
        status = container.wait(timeout)
        assert status == 0, f"{command} ended with {status}:\n{container.output()}"
        return container

    def stop_all(self) -> None:
        """End whatever still runs."""
        for container in self.started:
            if container.process.poll() is None:
                container.kill()
                container.process.wait(10)

    def bubblewrap(self, info_fd: int, net: bool, files: dict[str, Path], env: dict[str, str]) -> list[str]:
        """The command line up to the command itself."""
        arguments = ["bwrap", "--unshare-pid", "--as-pid-1", "--die-with-parent", "--info-fd", str(info_fd)]
        arguments += [] if net else ["--unshare-net"]
        arguments += [] if os.geteuid() == 0 else ["--unshare-user", "--uid", str(UID), "--gid", str(UID)]
        arguments += system_mounts()
        arguments += ["--ro-bind", str(self.image.app), "/app", "--ro-bind", str(self.image.venv), "/venv"]
        commands = {f"/{path.name}": path for path in self.image.commands.iterdir()}
        commands["/run/run"] = commands.pop("/run")
        commands |= files
        arguments += ["--perms", "0755", "--dir", "/run"]
        for inside, outside in commands.items():
            arguments += ["--ro-bind", str(outside), inside]
        arguments += ["--proc", "/proc", "--dev", "/dev"]
        for scratch in ("/dev/shm", "/tmp"):  # noqa: S108  inside the sandbox
            arguments += ["--perms", "1777", "--tmpfs", scratch]
        arguments += ["--bind", str(self.media), "/media", "--remount-ro", "/", "--chdir", "/", "--clearenv"]
        for name, value in env.items():
            arguments += ["--setenv", name, value]
        if os.geteuid() == 0:
            drop = f"--reuid {UID} --regid {UID} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all"
            arguments += ["setpriv", *drop.split()]
        return arguments


def system_mounts() -> list[str]:
    """The machine's /usr, /etc and Python, read-only, in place of the base image."""
    arguments = ["--ro-bind", "/usr", "/usr", "--ro-bind", "/etc", "/etc"]
    for path in map(Path, ("/bin", "/sbin", "/lib", "/lib64")):
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), str(path)]
        elif path.exists():
            arguments += ["--ro-bind", str(path), str(path)]
    if not sys.base_prefix.startswith("/usr"):
        # bwrap makes the folders above with 0700, as they may be on the machine.
        for folder in reversed(Path(sys.base_prefix).parents[:-1]):
            arguments += ["--perms", "0755", "--dir", str(folder)]
        arguments += ["--ro-bind", sys.base_prefix, sys.base_prefix]
    return arguments
