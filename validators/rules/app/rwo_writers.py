"""A volume for one node with more than one pod.

What: a ReadWriteOnce claim that a Deployment mounts with several replicas or without Recreate, or that two workloads
mount, unless their pods are bound to the node of a StatefulSet that has it, as storage/one-node does; a
ReadWriteOncePod claim that a CronJob mounts beside a workload.
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

Fix: storage/one-node, storage/cephfs or storage/nfs; or one replica, and the worker as async-container in the same pod.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...finding import Advice
from ...render.objects import Object
from .. import Problem
from .._volumes import holder, of_one_node, one_pod

ID = "rwo-writers"
_SHARED = "storage that many pods can mount"
HINT = Advice(
    "list async-container in place of async",
    f"one replica, or {_SHARED}",
    "list storage/one-node, storage/cephfs or storage/nfs; or write one replica and Recreate, and the worker as async-container",
)
_FOR_A_POD = Advice(
    f"ask for {_SHARED}",
    _SHARED,
    "list storage/one-node, storage/cephfs or storage/nfs: docs/platform-guide.md, From rwo to one-node",
)
_BIND = Advice(
    f"ask for {_SHARED}", _SHARED, "write the podAffinity of components/storage/one-node/README.md into its pod"
)
COVERS = ("kube-score:deployment-strategy",)


def check(app: App) -> Iterator[Problem]:
    """Yield the workloads that can't have the volume together, or can't roll out with it."""
    users: dict[str, Object] = {}
    # A Job is migrate-media's.
    for obj in app.of_kind("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"):
        for reference, claim in of_one_node(obj, app):
            if holder(obj, claim, app):
                continue
            first = users.setdefault(reference.name, obj)
            if first is not obj:
                hint = _BIND if _is_holder(app, reference.name) else HINT
                message = f"{obj!r} and {first!r} mount {reference.name}, a volume for one node"
                yield Problem(message, obj, reference.pointer, hint=hint)
            yield from _alone(obj, reference.name)
    yield from _waiting(app, users)


def _is_holder(app: App, claim: str) -> bool:
    """Whether some pods are bound to the node of a volume already."""
    return any(
        reference.name == claim and holder(obj, found, app)
        for obj in workloads.workloads(app)
        for reference, found in of_one_node(obj, app)
    )


def _waiting(app: App, users: dict[str, Object]) -> Iterator[Problem]:
    """Yield the CronJobs whose pods can't have a volume while another workload has it."""
    for job in app.of_kind("CronJob"):
        for reference, claim in of_one_node(job, app):
            if one_pod(claim) and reference.name in users:
                message = f"{job!r} never starts: {reference.name} is for one pod, and {users[reference.name]!r} has it"
                yield Problem(message, claim, ("spec", "accessModes"), hint=_FOR_A_POD)


def _alone(obj: Object, claim: str) -> Iterator[Problem]:
    count = workloads.replicas(obj)
    if count > 1 or obj.kind == "DaemonSet":
        message = (
            f"{count} replicas mount {claim}, a volume for one node" if count > 1 else f"every node mounts {claim}"
        )
        hint = "write 1, or take storage/one-node, storage/cephfs or storage/nfs"
        yield Problem(message, obj, ("spec", "replicas"), hint=hint)
    if obj.kind == "Deployment" and obj.get("spec", "strategy", "type") != "Recreate":
        message = f"a rolling update needs {claim}, a volume for one node, in two pods at once"
        yield Problem(message, obj, ("spec", "strategy"), hint="write type: Recreate and rollingUpdate: null")
