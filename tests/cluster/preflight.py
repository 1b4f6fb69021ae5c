"""What the machine lacks for a cluster: every gap at once, and what can be done without."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterable
from pathlib import Path

from tests.cluster import cgroups, machines, processes
from tests.cluster.settings import Settings

PROGRAMS = {
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "mount": "mount",
    "ip": "iproute2",
    "sysctl": "procps",
    "apt-get": "apt (the cluster's other programs are unpacked from Debian packages)",
    "dpkg-deb": "dpkg",
    "git": "git",
    "curl": "curl",
}
CONTROLLERS = {"cpu", "cpuset", "memory", "pids"}
STILL = "without a cluster `make test` runs in full; `make e2e` runs on a cluster that KUBECONFIG names: docs/e2e.md"


def missing() -> list[str]:
    """One line for everything that is missing, with what to do about it; empty where a cluster can run."""
    return [*_user(), *_programs(), *_kernel()]


def _user() -> Iterable[str]:
    if os.geteuid():
        yield "not root: namespaces, mounts and cgroups need it; run it as root"
    if platform.machine() != "x86_64":
        yield f"machine is {platform.machine()}: Envoy's wheel and the images are for x86_64 only"


def _programs() -> Iterable[str]:
    path = os.environ.get("PATH", os.defpath) + ":/usr/sbin:/sbin"
    for program, package in PROGRAMS.items():
        if not shutil.which(program, path=path):
            yield f"program {program} not found; install {package}"


def _kernel() -> Iterable[str]:
    if not Path("/proc/sys/net/ipv6").exists():
        yield "the kernel has no IPv6; boot it without ipv6.disable=1"
    if "overlay" not in Path("/proc/filesystems").read_text().split():
        yield "the kernel has no overlayfs; load the module overlay"
    if gaps := CONTROLLERS - _controllers():
        yield f"cgroup controllers {', '.join(sorted(gaps))} are missing; mount or delegate them at {cgroups.ROOT}"
    elif not os.access(cgroups.hierarchies()[0], os.W_OK):
        yield f"{cgroups.ROOT} is read-only; in a container, run it privileged"


def _controllers(root: Path = cgroups.ROOT) -> set[str]:
    unified = root / "cgroup.controllers"
    if unified.exists():
        return set(unified.read_text().split())
    if not root.exists():
        return set()
    return {name for child in root.iterdir() for name in child.name.split(",")}


def conflicts(settings: Settings) -> Iterable[str]:
    """A cluster with the same names and addresses that another checkout has brought up."""
    others = processes.clusters() - {settings.run} if os.geteuid() == 0 else set()
    if others and machines.link_exists(settings) and not machines.find(settings):
        where = ", ".join(sorted({str(run.parent) for run in others}))
        yield f"another checkout's cluster is running (in {where}); take it down there with `make cluster-down`"
