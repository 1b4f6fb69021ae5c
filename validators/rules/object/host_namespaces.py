"""A pod shares the node's network, processes or users.

What: hostNetwork, hostPID, hostIPC, hostUsers or shareProcessNamespace that is true.
Why: such a pod reads the traffic and the environment of every other pod on its node, and no NetworkPolicy holds it.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          hostNetwork: true

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          hostNetwork: false

Fix: leave the line out. Traffic from outside comes through an Ingress or a Gateway.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import of_pod

ID = "host-namespaces"
KINDS = WORKLOADS
HINT = "delete the line"
COVERS = (
    "checkov:CKV_K8S_17",
    "checkov:CKV_K8S_18",
    "checkov:CKV_K8S_19",
    "kube-linter:host-ipc",
    "kube-linter:host-network",
    "kube-linter:host-pid",
    "polaris:hostIPCSet",
    "polaris:hostNetworkSet",
    "polaris:hostPIDSet",
    "kubescape:C-0038",
    "kubescape:C-0041",
    "kubescape:C-0275",
    "kubescape:C-0276",
    "kubesec:HostIPC",
    "kubesec:HostNetwork",
    "kubesec:HostPID",
)
_SHARED = {
    "hostNetwork": "the node's network",
    "hostPID": "the node's processes",
    "hostIPC": "the node's shared memory",
    "hostUsers": "the node's user ids",
    "shareProcessNamespace": "the processes, and so the secrets, of all its containers",
}


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each namespace that is shared."""
    for field, what in _SHARED.items():
        value, pointer = of_pod(obj, field, default=False)
        if value is not False:
            yield Problem(f"{field}: the pod shares {what}", obj, pointer)
