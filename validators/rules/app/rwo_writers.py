"""A volume for one node with more than one pod.

What: a ReadWriteOnce claim that a Deployment mounts with several replicas or without Recreate, or that two workloads
mount; a ReadWriteOncePod claim that a CronJob mounts beside a workload.
Why: the volume attaches to one node. A second pod elsewhere waits for it for ever, and so does the new pod of a
rolling update, while the old one waits for the new.

Bad:

    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: media
    spec:
      accessModes: [ReadWriteOnce]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 2
      strategy: {type: Recreate}
      template:
        spec:
          volumes: [{name: media, persistentVolumeClaim: {claimName: media}}]

Good:

    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: media
    spec:
      accessModes: [ReadWriteOnce]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 1
      strategy: {type: Recreate}
      template:
        spec:
          volumes: [{name: media, persistentVolumeClaim: {claimName: media}}]

Fix: one replica, and the worker as async-container in the same pod; or storage/cephfs or storage/nfs instead.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...finding import Advice
from ...render.objects import Object
from .. import Problem
from .._pods import one_node

ID = "rwo-writers"
HINT = Advice(
    "list async-container in place of async",
    "one replica, or storage that many pods can mount",
    "write one replica and Recreate, and the worker as async-container, or list storage/cephfs or storage/nfs",
)
_FOR_A_NODE = Advice(
    "ask for a volume that two pods can mount",
    "a volume that two pods can mount",
    "patch accessModes of the claim to [ReadWriteOnce], or list storage/cephfs or storage/nfs",
)
COVERS = ("kube-score:deployment-strategy",)


def check(app: App) -> Iterator[Problem]:
    """Yield the workloads that can't have the volume together, or can't roll out with it."""
    single = {obj.name for obj in app.of_kind("PersistentVolumeClaim") if one_node(obj)}
    users: dict[str, Object] = {}
    # A Job is migrate-media's.
    for obj in app.of_kind("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        for reference in workloads.claims(obj):
            if reference.name not in single:
                continue
            first = users.setdefault(reference.name, obj)
            if first is not obj:
                message = f"{obj!r} and {first!r} mount {reference.name}, a volume for one node"
                yield Problem(message, obj, reference.pointer)
            yield from _alone(obj, reference.name)
    yield from _waiting(app, users)


def _waiting(app: App, users: dict[str, Object]) -> Iterator[Problem]:
    """Yield the CronJobs whose pods can't have a volume while another workload has it."""
    for job in app.of_kind("CronJob"):
        for reference in workloads.claims(job):
            claim = app.find("PersistentVolumeClaim", reference.name)
            if claim and reference.name in users and "ReadWriteOncePod" in claim.sequence("spec", "accessModes"):
                message = f"{job!r} never starts: {reference.name} is for one pod, and {users[reference.name]!r} has it"
                yield Problem(message, claim, ("spec", "accessModes"), hint=_FOR_A_NODE)


def _alone(obj: Object, claim: str) -> Iterator[Problem]:
    count = workloads.replicas(obj)
    if count > 1 or obj.kind == "DaemonSet":
        message = (
            f"{count} replicas mount {claim}, a volume for one node" if count > 1 else f"every node mounts {claim}"
        )
        yield Problem(message, obj, ("spec", "replicas"), hint="write 1, or take storage/cephfs or storage/nfs")
    if obj.kind == "Deployment" and obj.get("spec", "strategy", "type") != "Recreate":
        message = f"a rolling update needs {claim}, a volume for one node, in two pods at once"
        yield Problem(message, obj, ("spec", "strategy"), hint="write type: Recreate and rollingUpdate: null")
