"""Machines: the control plane and each node have process, mount, network, hostname and IPC namespaces of their own.

Nothing of them has a name in this machine's file system: when a machine's first process ends, the kernel ends every
other process in it and its mounts, network and links go with it. What is left are the cgroups (cgroups.py).
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.cluster import processes
from tests.cluster.settings import CONTROL, Node, Settings

# Folders that a machine has to itself, empty. Those to MAKE may have to be made on this machine first, to mount on.
MAKE = ("/var/lib/kubelet", "/var/lib/cni")
PRIVATE = ("/run", "/var/log", *MAKE)


@dataclass(frozen=True)
class Machine:
    """A set of namespaces, named by the pid of its first process."""

    name: str
    pid: int
    settings: Settings

    def inside(self, command: Sequence[str | Path]) -> list[str | Path]:
        """The command that runs a command in this machine."""
        namespaces = ["--mount", "--pid", "--net", "--uts", "--ipc"]
        return ["nsenter", f"--target={self.pid}", *namespaces, "--", *command]

    def run(self, *command: str | Path) -> str:
        """Run a command in this machine to its end; raises processes.CommandError."""
        return processes.run(
            self.inside(command), env={**self.settings.process_environment, processes.TAG: str(self.settings.run)}
        )

    def start(self, name: str, command: Sequence[str | Path], env: dict[str, str]) -> int:
        """Start a process in this machine that goes on; its output goes to the log of its name."""
        return processes.start(
            self.inside(command),
            name=name,
            tag=self.settings.run,
            log=self.settings.logs / f"{name}.log",
            env={**self.settings.process_environment, **env},
        )


def create(settings: Settings, name: str) -> Machine:
    """Start a machine: folders of its own to write to, its own hostname, the loopback device up."""
    namespaces = ["--mount", "--pid", "--net", "--uts", "--ipc"]
    for folder in MAKE:
        Path(folder).mkdir(parents=True, exist_ok=True)
    unshare = ["unshare", *namespaces, "--fork", "--kill-child=KILL", "--mount-proc", "--propagation=slave"]
    pid = processes.start(
        [*unshare, settings.cache / "debian/usr/bin/catatonit", "-P"],
        name=f"machine {name}",
        tag=settings.run,
        log=settings.logs / f"machine-{name}.log",
        env={"PATH": settings.path},
    )
    machine = Machine(name, _first_process(pid), settings)
    for command in (
        ["mount", "--make-rshared", "/"],
        *(["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", folder] for folder in PRIVATE),
        ["hostname", name],
        ["ip", "link", "set", "lo", "up"],
        ["sysctl", "-qw", "net.ipv6.conf.all.forwarding=1", "net.ipv6.conf.default.accept_dad=0"],
    ):
        machine.run(*command)
    return machine


def find(settings: Settings) -> dict[str, Machine]:
    """The machines that are running, by name."""
    found = {}
    for process, name in processes.tagged(settings.run):
        if name.startswith("machine ") and process.name() == "unshare":
            name = name.removeprefix("machine ")
            found[name] = Machine(name, _first_process(process.pid), settings)
    return found


@retry(retry=retry_if_exception_type(LookupError), stop=stop_after_delay(10), wait=wait_fixed(0.02), reraise=True)
def _first_process(unshare: int) -> int:
    """Pid, as seen from here, of the process that unshare made the first of its pid namespace."""
    for child in psutil.Process(unshare).children():
        if child.name() == "catatonit":
            return child.pid
    raise LookupError(f"process {unshare} has not made its namespaces")


def stopped(settings: Settings) -> list[str]:
    """Names of the processes that were started and are no longer there."""
    running = {name for _, name in processes.tagged(settings.run)}
    logs = {log.stem for log in settings.logs.glob("*.log") if not log.stem.startswith("machine-")}
    return sorted(logs - running)


def connect(settings: Settings, machines: dict[str, Machine]) -> None:
    """Join control and nodes by a bridge in control, and this machine to it by one cable."""
    network, control = settings.data["network"], machines[CONTROL]
    control.run("ip", "link", "add", "nodes", "type", "bridge")
    for address in ("control", "ingress", "gateway"):
        control.run("ip", "-6", "address", "add", f"{network[address]}/64", "dev", "nodes", "nodad")
    control.run("ip", "link", "set", "nodes", "up")
    # kube-proxy sends on what goes to a Service, a webhook of the API server's too, if there is any way to it.
    control.run("ip", "-6", "route", "add", network["services"], "dev", "nodes")
    _cable(settings.link, None, "host", control)
    _host("ip", "-6", "address", "add", f"{network['host']}/64", "dev", settings.link, "nodad")
    _host("ip", "link", "set", settings.link, "up")
    for name in ("pods", "services"):
        _host("ip", "-6", "route", "add", network[name], "via", network["control"])
    for node in settings.nodes:
        _connect_node(settings, node, machines)


def _connect_node(settings: Settings, node: Node, machines: dict[str, Machine]) -> None:
    gateway, control, machine = settings.data["network"]["control"], machines[CONTROL], machines[node.name]
    _cable("eth0", machine, node.name, control)
    machine.run("ip", "-6", "address", "add", f"{node.address}/64", "dev", "eth0", "nodad")
    machine.run("ip", "link", "set", "eth0", "up")
    machine.run("ip", "-6", "route", "add", "default", "via", gateway)
    control.run("ip", "-6", "route", "add", node.pods, "via", node.address)


def _cable(name: str, machine: Machine | None, peer: str, control: Machine) -> None:
    """Lay a cable from a machine (this one: None) to the bridge in control."""
    where = ["netns", str(machine.pid)] if machine else []
    _host("ip", "link", "add", name, *where, "type", "veth", "peer", "name", peer, "netns", str(control.pid))
    control.run("ip", "link", "set", peer, "master", "nodes", "up")


def _host(*command: str) -> None:
    processes.run(command)


def link_exists(settings: Settings) -> bool:
    """Whether this machine's end of the cable is there."""
    return subprocess.run(["ip", "link", "show", settings.link], capture_output=True, check=False).returncode == 0


def disconnect(settings: Settings) -> None:
    """Remove this machine's end of the cable, and with it the routes.

    The kernel would do so itself, but only minutes later when the dead cluster still had open connections.
    """
    if link_exists(settings):
        _host("ip", "link", "delete", settings.link)


def remove_mount_points() -> None:
    """Remove the folders that were made to mount on; those with something in them are not ours."""
    for folder in MAKE:
        with contextlib.suppress(OSError):
            Path(folder).rmdir()
