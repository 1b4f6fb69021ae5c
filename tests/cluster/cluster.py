"""The cluster as a whole: build what is missing, bring it up in order, take it down without leaving anything."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path

from tests.cluster import (
    argocd,
    certificates,
    cgroups,
    configuration,
    debian,
    images,
    ingress,
    machines,
    node,
    processes,
    registry,
    removal,
    wheels,
)
from tests.cluster import (
    build as go_tools,
)
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.report import ClusterError, say, step
from tests.cluster.settings import CONTROL, Settings

# Kinds that the library's components make, by folder or file of the cache's modules/.
CRDS = (
    "gateway-api",
    "contour/01-crds.yaml",
    "cloudnative-pg",
    "prometheus-operator/monitoring.coreos.com_podmonitors.yaml",
    "prometheus-operator/monitoring.coreos.com_prometheusrules.yaml",
)


def build(settings: Settings) -> int:
    """Build and cache everything the cluster is made of; prints only what wasn't there yet."""
    debian.unpack(settings)
    wheels.unpack(settings)
    go_tools.build_all(settings)
    images.build_all(settings)
    return 0


def up(settings: Settings) -> int:
    """Bring the cluster up; on any failure or interruption take it down again, keeping the logs."""
    if ready(settings):
        say(f"cluster is up already; KUBECONFIG={settings.kubeconfig}")
        return 0
    start = time.monotonic()
    build(settings)
    built = time.monotonic()
    _clear(settings)
    shutil.rmtree(settings.logs, ignore_errors=True)
    try:
        _start(settings)
    except BaseException:
        say("cluster didn't come up; taking it down")
        _clear(settings)
        raise
    (settings.run / "ready").touch()
    say(f"cluster is up in {time.monotonic() - built:.0f} s (made ready to start in {built - start:.0f} s)")
    say(f"export KUBECONFIG={settings.kubeconfig} PATH={settings.bin}:$PATH")
    return 0


def ready(settings: Settings) -> bool:
    """Whether `up` has ended well and every machine is still there; a cluster of others is up for them."""
    if not settings.ours:
        return True
    wanted = {CONTROL, *(one.name for one in settings.nodes)}
    return (settings.run / "ready").exists() and machines.find(settings).keys() == wanted


def down(settings: Settings) -> int:
    """Take the cluster down; exits 1 naming what could not be removed."""
    with step("take the cluster down"):
        _clear(settings)
    return 0


def status(settings: Settings) -> int:
    """Print what runs; 0 when the cluster is up, 1 when it isn't or only in part."""
    running = Counter(name for process, name in processes.tagged(settings.run) if process.name() == "nsenter")
    for name in sorted(running):
        say(f"{name:28} running, log {settings.logs / name}.log")
    if not ready(settings):
        say("cluster is not up" + (", but parts of it run: `make cluster-down` removes them" if running else ""))
        return 1
    say(Kubernetes(settings).kubectl("get", "nodes", "--output=wide").rstrip())
    return 0


def _start(settings: Settings) -> None:
    kubernetes = Kubernetes(settings)
    with step("namespaces, network, certificates"):
        made = _machines(settings)
    with step("etcd and API server"):
        configuration.start(made[CONTROL], "api")
        kubernetes.wait_api()
        configuration.start(made[CONTROL], "control")
    with step("nodes, DNS, NetworkPolicies, storage, sealed secrets, ingress, ArgoCD started"):
        node.start(settings, settings.control_plane, made[CONTROL])
        for one in settings.nodes:
            node.start(settings, one, made[one.name])
        modules = settings.cache / "modules"
        for name in ("dns", "network-policies", "storage", "sealed-secrets"):
            kubernetes.apply_manifest(name)
        kubernetes.apply(modules / "sealed-secrets", *(modules / name for name in CRDS))
        ingress.start(settings, kubernetes, made[CONTROL])
        argocd.start(settings, kubernetes, made[CONTROL])
    with step("nodes ready"):
        for one in settings.every_node:
            kubernetes.wait("condition=Ready", f"node/{one.name}")
    with step("all of that ready"):
        kubernetes.wait("condition=Available", "deployment", "--all", "--all-namespaces")
        kubernetes.roll_out("daemonset/kube-network-policies", "--namespace=kube-system")
        ingress.wait(kubernetes)


def _machines(settings: Settings) -> dict[str, machines.Machine]:
    settings.run.mkdir(parents=True)
    cgroups.remember_sysctls(settings)
    certificates.write(settings)
    configuration.write(settings, "control", settings.run / "config")
    cgroups.create(settings)
    names = [CONTROL, *(one.name for one in settings.nodes)]
    made = {name: machines.create(settings, name) for name in names}
    machines.connect(settings, made)
    for machine in made.values():
        machine.run("mount", "--bind", settings.run / "config/hosts", "/etc/hosts")
    registry.prepare(settings, made[CONTROL])
    return made


def _clear(settings: Settings) -> None:
    """Remove everything of the cluster, whatever state it is in; raises ClusterError for what can't be removed."""
    processes.end(settings.run)
    machines.disconnect(settings)
    machines.remove_mount_points()
    cgroups.restore_sysctls(settings)
    left = [str(group) for group in cgroups.remove(settings)]
    left += [mount for mount in mounts() if mount.startswith(f"{settings.run}/")]
    if left:
        raise ClusterError(f"could not remove {', '.join(left)}; see what still uses it (fuser, lsns)")
    if settings.run.exists():
        removal.remove(settings.run)


def mounts() -> list[str]:
    """Every mount point of this machine."""
    return [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
