"""Sizes in the cluster are those of sizing.yaml, and what is applied by hand stays within them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import yaml

from tests.cluster.processes import CommandError
from tests.e2e.app import App, replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually
from validators.kubernetes.quantity import parse

MEMORY = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max"
CPU = (
    "if [ -e /sys/fs/cgroup/cpu.max ]; then cat /sys/fs/cgroup/cpu.max;"
    " else cat /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us; fi"
)
RESTRICTED = {
    "allowPrivilegeEscalation": False,
    "runAsNonRoot": True,
    "runAsUser": 10001,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
# What an app's namespace refuses: the manifest's spec, and the words it is refused with.
BIG = {"limits": {"cpu": "5", "memory": "64Mi"}}
HUNGRY = {"limits": {"cpu": "1", "memory": "64Mi"}, "requests": {"cpu": "1", "memory": "64Mi"}}


@pytest.fixture(scope="module")
def blog(fleet: Fleet) -> App:
    """The blog, healthy."""
    return fleet.healthy("example-blog")


def sizing(app: App) -> dict[str, Any]:
    """The spec of sizing.yaml."""
    return yaml.safe_load((app.platform_folder / "sizing.yaml").read_text())["spec"]


def pod(resources: dict[str, Any] | None = None, security: dict[str, Any] | None = None, **spec: Any) -> dict[str, Any]:
    """A Pod that somebody applies by hand."""
    container = {"name": "main", "image": "python:3.13-slim-trixie", "command": ["sleep", "60"]}
    container |= {"securityContext": RESTRICTED if security is None else security, "resources": resources or {}}
    metadata = {"name": "by-hand", "labels": {"app": "by-hand"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [container], **spec}}


def claim(storage: str) -> dict[str, Any]:
    """A PersistentVolumeClaim that somebody applies by hand."""
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": storage}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "by-hand"}, "spec": spec}


def service(kind: str) -> dict[str, Any]:
    """A Service that somebody applies by hand."""
    spec = {"type": kind, "ports": [{"port": 80}], "selector": {"app": "by-hand"}}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "by-hand"}, "spec": spec}


REFUSED = {
    "a container above the LimitRange": (pod(BIG), "maximum cpu usage per Container"),
    "a volume above the LimitRange": (claim("101Gi"), "maximum storage usage per PersistentVolumeClaim"),
    "a volume above the quota": (claim("40Gi"), "exceeded quota: sizes"),
    "pods above the quota": (pod({"limits": {"cpu": "4", "memory": "4Gi"}}), "exceeded quota: sizes"),
    "a LoadBalancer": (service("LoadBalancer"), "exceeded quota: forbidden"),
    "a NodePort": (service("NodePort"), "exceeded quota: forbidden"),
    "root": (pod(security={**RESTRICTED, "runAsUser": 0}), "violates PodSecurity"),
    "a privileged container": (pod(security={"privileged": True}), "violates PodSecurity"),
    "the node's network": (pod(hostNetwork=True), "violates PodSecurity"),
    "the node's files": (pod(volumes=[{"name": "x", "hostPath": {"path": "/"}}]), "violates PodSecurity"),
}


@pytest.mark.parametrize(
    ("target", "container", "key"),
    [("deployment/web", "web", "web"), ("deployment/web", "async", "async"), ("database-0", "postgres", "database")],
)
def test_cgroups_are_as_sized(blog: App, target: str, container: str, key: str) -> None:
    limits = sizing(blog)[key]["resources"]["limits"]
    memory = blog.exec(target, "sh", "-c", MEMORY, container=container)
    quota, period = map(int, blog.exec(target, "sh", "-c", CPU, container=container).split())
    assert int(memory) == parse(limits["memory"])
    assert quota / period == float(parse(limits["cpu"]))


@pytest.mark.parametrize("what", REFUSED)
def test_by_hand_is_refused(blog: App, what: str) -> None:
    manifest, words = REFUSED[what]
    with pytest.raises(CommandError, match=words):
        blog.kubectl("create", "--filename=-", stdin=json.dumps(manifest))


def test_by_hand_without_limits_gets_the_defaults(blog: App) -> None:
    blog.kubectl("create", "--filename=-", stdin=json.dumps(pod()))
    try:
        resources = blog.get("pod", "by-hand")["spec"]["containers"][0]["resources"]
        [defaults] = [limit for limit in sizing(blog)["namespace"]["limits"] if limit["type"] == "Container"]
        assert resources == {"limits": defaults["default"], "requests": defaults["defaultRequest"]}
    finally:
        blog.kubectl("delete", "pod", "by-hand", "--grace-period=1")


@pytest.mark.parametrize(("key", "old", "new"), [("media", "20Gi", "21Gi"), ("database", "10Gi", "11Gi")])
def test_a_volume_grows_by_sizing_alone(blog: App, figures: Figures, key: str, old: str, new: str) -> None:
    before = {one["metadata"]["uid"] for name in ("web", "database") for one in blog.pods(name)}
    start = time.monotonic()
    blog.wait_healthy(blog.commit(f"{key} of {new}", lambda app: grow(app, old, new)))
    for attempt in eventually(30):
        with attempt:
            assert blog.get("persistentvolumeclaim", key)["status"]["capacity"]["storage"] == new
    figures.seconds("example-blog", f"volume {key} grown, commit to capacity", time.monotonic() - start)
    assert before == {one["metadata"]["uid"] for name in ("web", "database") for one in blog.pods(name)}


def grow(app: App, old: str, new: str) -> None:
    """Edit the one line of sizing.yaml with that storage."""
    replace(app.platform_folder / "sizing.yaml", f"    storage: {old}", f"    storage: {new}")
