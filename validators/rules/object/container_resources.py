"""A container has no limit, or asks for nothing.

What: a container (init containers too) or a database Cluster without requests and limits for cpu, memory and
ephemeral-storage.
Why: without a limit one app starves its neighbours; without a request the scheduler puts too many on one node; and the
namespace's quota refuses the pod.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              resources:
                requests: {cpu: 100m, memory: 256Mi}
                limits: {memory: 512Mi}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              resources:
                requests: {cpu: 100m, memory: 256Mi, ephemeral-storage: 64Mi}
                limits: {cpu: "1", memory: 512Mi, ephemeral-storage: 256Mi}

Fix: sizes are the platform's: ask for them in sizing.yaml of the platform's folder.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...finding import Advice
from ...policy.guess import near
from ...render.objects import Object
from .. import Problem

ID = "container-resources"
KINDS = (*WORKLOADS, "Cluster")
HINT = Advice("keep to the base's containers, which have sizes", "a size", "write it into sizing.yaml")
COVERS = (
    "checkov:CKV_K8S_10",
    "checkov:CKV_K8S_11",
    "checkov:CKV_K8S_12",
    "checkov:CKV_K8S_13",
    "kube-linter:unset-cpu-requirements",
    "kube-linter:unset-memory-requirements",
    "kube-linter:unset-ephemeral-storage-requirements",
    "kube-score:container-resources",
    "kube-score:container-ephemeral-storage-request-and-limit",
    "polaris:cpuLimitsMissing",
    "polaris:cpuRequestsMissing",
    "polaris:memoryLimitsMissing",
    "polaris:memoryRequestsMissing",
    "kubescape:C-0004",
    "kubescape:C-0009",
    "kubescape:C-0050",
    "kubescape:C-0268",
    "kubescape:C-0269",
    "kubescape:C-0270",
    "kubescape:C-0271",
    "kubesec:LimitsCPU",
    "kubesec:LimitsMemory",
    "kubesec:RequestsCPU",
    "kubesec:RequestsMemory",
)
_NEEDED = ("cpu", "memory", "ephemeral-storage")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each list of sizes that lacks one."""
    if obj.kind == "Cluster":
        owners = [("the database", ("spec",))]
    else:
        owners = [(f"container {container.name}", container.pointer) for container in obj.containers()]
    for owner, place in owners:
        for kind in ("requests", "limits"):
            pointer = (*place, "resources", kind)
            sizes = obj.mapping(*pointer)
            misspelt = {near(str(key), _NEEDED) for key in sizes if _unknown(str(key))}  # rule schema says so
            missing = [name for name in _NEEDED if sizes.get(name) in (None, "", 0, "0") and name not in misspelt]
            if missing:
                yield Problem(f"{owner} has no {kind} for {', '.join(missing)}", obj, pointer)


def _unknown(key: str) -> bool:
    """Return whether Kubernetes has no resource of this name: others have their owner's name and / before theirs."""
    return key not in _NEEDED and "/" not in key and not key.startswith("hugepages-")
