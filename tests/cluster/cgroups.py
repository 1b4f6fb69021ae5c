"""The nodes' cgroups and the kernel settings that kubelets change: the two things namespaces don't take with them."""

from __future__ import annotations

import json
import time
from pathlib import Path

from tests.cluster.settings import Settings

ROOT = Path("/sys/fs/cgroup")
# kubelet sets these for the whole machine (protectKernelDefaults would refuse to start instead).
SYSCTLS = ["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"]
CONTROLLERS = "+cpu +cpuset +memory +pids +io"


def hierarchies(root: Path = ROOT) -> list[Path]:
    """Where cgroups can be made: every v1 hierarchy, or the one of v2."""
    if (root / "cgroup.controllers").exists():
        return [root]
    return sorted(child for child in root.iterdir() if (child / "cgroup.procs").exists() and not child.is_symlink())


def create(settings: Settings, root: Path = ROOT) -> None:
    """Make each node's cgroup in every hierarchy, with the CPUs and memory nodes that v1 doesn't inherit."""
    for hierarchy in hierarchies(root):
        if hierarchy == root:
            (root / "cgroup.subtree_control").write_text(CONTROLLERS)
        for node in settings.every_node:
            group = hierarchy / node.cgroup
            group.mkdir(exist_ok=True)
            for file in ("cpuset.cpus", "cpuset.mems"):
                if (hierarchy / file).exists():
                    (group / file).write_text((hierarchy / file).read_text())


def remove(settings: Settings, root: Path = ROOT, patience: float = 10) -> list[Path]:
    """Remove the nodes' cgroups, children first; returns those that still have processes after `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        left = [group for group in existing(settings, root) if not _remove_tree(group)]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.1)


def existing(settings: Settings, root: Path = ROOT) -> list[Path]:
    """The nodes' cgroups that are there."""
    groups = [hierarchy / node.cgroup for hierarchy in hierarchies(root) for node in settings.every_node]
    return [group for group in groups if group.exists()]


def _remove_tree(group: Path) -> bool:
    folders = [group, *(path for path in group.rglob("*") if path.is_dir())]
    try:
        for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
            folder.rmdir()
    except OSError:
        return False
    return True


def remember_sysctls(settings: Settings) -> None:
    """Write down the kernel settings that kubelets are about to change."""
    file = settings.run / "sysctls.json"
    if not file.exists():
        file.write_text(json.dumps({name: Path("/proc/sys", name).read_text() for name in SYSCTLS}))


def restore_sysctls(settings: Settings) -> None:
    """Set the kernel settings back to what they were."""
    file = settings.run / "sysctls.json"
    if file.exists():
        for name, value in json.loads(file.read_text()).items():
            Path("/proc/sys", name).write_text(value)
