"""Bringing a cluster up and down leaves the machine as it was, however it ends. It runs beside any first cluster."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.cluster import argocd, cgroups, machines, preflight, processes
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import HERE, REPOSITORY, Settings

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600)]
# What is asked of apps on a cluster of others: by Ingress and HTTPRoute, from volumes of both classes, with every database.
APPS = ["tests/e2e/test_web.py", "tests/e2e/test_sizes.py", "tests/e2e/test_storage.py"]
# Where programs of a node write on a machine that isn't made for them.
WATCHED = [Path(path) for path in ("/run", "/run/netns", "/var/log", "/var/lib", "/usr/libexec", "/etc", "/etc/cni")]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """Settings of another cluster: other names, other addresses, other storage classes."""
    text = (HERE / "cluster.yaml").read_text()
    for old, new in (
        ("fd00:d0:", "fd00:d1:"),
        ("dhcluster0", "dhcluster1"),
        ("name: node", "name: other"),
        ("rook-ceph", "other"),
    ):
        assert old in text
        text = text.replace(old, new)
    file = tmp_path / "cluster.yaml"
    file.write_text(text.replace("folder: run", "folder: run-other"))
    if gaps := preflight.missing():
        pytest.skip(f"no cluster here: {'; '.join(gaps)}")
    yield file
    command("down", file).wait()


def command(name: str, file: Path) -> subprocess.Popen[str]:
    """Start one of the cluster's commands in a process of its own."""
    arguments = [sys.executable, "-m", "tests.cluster", name]
    environment = {**os.environ, "CLUSTER_SETTINGS": str(file)}
    return subprocess.Popen(
        arguments, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def output(process: subprocess.Popen[str], code: int = 0) -> str:
    """Wait for a command and return what it printed; fails when it ends with another exit code."""
    text = process.communicate(timeout=300)[0]
    assert process.returncode == code, text
    return text


def traces(settings: Settings) -> dict[str, object]:
    """Everything on this machine that belongs to the cluster or that it may have changed."""
    return {
        "processes": sorted(_processes(settings)),
        "mounts": [line for line in Path("/proc/mounts").read_text().splitlines() if str(settings.run) in line],
        "link": machines.link_exists(settings),
        "routes": [r for r in json.loads(processes.run(["ip", "-6", "-json", "route"])) if r["dev"] == settings.link],
        "cgroups": cgroups.existing(settings),
        "run folder": settings.run.exists(),
        "kernel settings": {name: Path("/proc/sys", name).read_text() for name in cgroups.SYSCTLS},
        "hosts": Path("/etc/hosts").read_text(),
        "folders": {str(path): sorted(child.name for child in path.iterdir()) for path in WATCHED if path.exists()},
    }


def _processes(settings: Settings) -> Iterator[str]:
    for process in psutil.process_iter():
        try:
            arguments, environment = process.cmdline(), process.environ()
        except psutil.Error:
            continue
        in_use = any(f"{settings.run}/" in argument for argument in arguments)
        if in_use or environment.get(processes.TAG) == str(settings.run):
            yield f"{process.pid} {' '.join(arguments)[:100]}"


def namespaces(settings: Settings) -> set[str]:
    """The namespaces of every kind that the cluster's machines have."""
    found = set()
    for machine in machines.find(settings).values():
        folder = Path(f"/proc/{machine.pid}/ns")
        found |= {str((folder / kind).readlink()) for kind in ("mnt", "net", "pid", "uts", "ipc")}
    return found


def in_use(wanted: set[str]) -> set[str]:
    """Which of the namespaces a process is still in."""
    seen = set()
    for folder in Path("/proc").glob("[0-9]*/ns"):
        try:
            seen |= {str(link.readlink()) for link in folder.iterdir()}
        except OSError:  # gone meanwhile
            continue
    return wanted & seen


def test_up_and_down_twice(file: Path) -> None:
    settings = Settings.load(file)
    before = traces(settings)
    for _ in range(2):
        output(command("up", file))
        assert output(command("status", file)).count(" Ready ") == len(settings.every_node)
        assert Kubernetes(settings).get("pods", "-A")["items"]
        during, spaces = traces(settings), namespaces(settings)
        assert during["processes"]
        assert during["cgroups"]
        assert during["link"]
        assert len(spaces) == 15
        assert in_use(spaces) == spaces
        output(command("down", file))
        assert traces(settings) == before
        assert not in_use(spaces)
    output(command("status", file), code=1)


def machines_up(settings: Settings) -> bool:
    """Half-way: the namespaces are made, nothing runs in them yet."""
    return len(machines.find(settings)) == 3


def pods_started(settings: Settings) -> bool:
    """Nearly done: containers are running."""
    return any(process.name() == "containerd-shim-runc-v2" for process, _ in processes.tagged(settings.run))


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("moment", [machines_up, pods_started])
def test_ended_half_way(file: Path, sign: signal.Signals, moment: Callable[[Settings], bool]) -> None:
    settings = Settings.load(file)
    before = traces(settings)
    up = command("up", file)
    while up.poll() is None and not moment(settings):
        time.sleep(0.02)
    assert up.poll() is None, "up ended before the moment came"
    spaces = namespaces(settings)
    assert spaces
    up.send_signal(sign)
    if sign == signal.SIGKILL:
        up.wait()
        assert traces(settings) != before
        output(command("down", file))
    else:
        assert "interrupted" in output(up, code=1)
    assert traces(settings) == before
    assert not in_use(spaces)


@pytest.mark.thorough
def test_apps_run_on_a_cluster_that_only_its_kubeconfig_and_its_facts_tell(file: Path, tmp_path: Path) -> None:
    """The end-to-end tests' own code takes it for a cluster of others."""
    output(command("up", file))
    settings = Settings.load(file)
    facts = tmp_path / "facts.yaml"
    facts.write_text((REPOSITORY / "overlays/cluster/facts.yaml").read_text().replace("rook-ceph", "other"))
    environment = {
        **os.environ,
        "PATH": settings.path,
        "KUBECONFIG": str(settings.kubeconfig),
        "E2E_GIT": argocd.url(settings, "tests"),
        "E2E_GIT_PUSH": str(argocd.create_repository(settings, "tests")),
        "E2E_IMAGE": "registry.example.com/example/blog:1.9.0",
        "E2E_INGRESS": settings.data["network"]["ingress"],
        "E2E_GATEWAY": settings.data["network"]["gateway"],
        "E2E_FACTS": str(facts),
    }
    classes = {one["metadata"]["name"] for one in Kubernetes(settings).get("storageclasses")["items"]}
    assert classes == set(settings.data["storage"].values()) == {"other-block", "otherfs"}
    said = processes.run([sys.executable, "-m", "tests.e2e", *APPS], env=environment)
    assert re.search(r"\b\d\d passed", said), said


def test_a_failure_half_way_says_why(file: Path) -> None:
    settings = Settings.load(file)
    before = traces(settings)
    file.write_text(file.read_text().replace("96::/112", "96::/126"))  # too few addresses
    text = output(command("up", file), code=1)
    assert "kube-apiserver has ended by itself" in text.splitlines()[-1]
    assert "at least 8 IP addresses" in (settings.logs / "kube-apiserver.log").read_text()
    assert traces(settings) == before
