"""A container may run as root.

What: a container whose own or whose pod's security context doesn't say `runAsNonRoot: true`.
Why: root in a container is root on the node for any hole in the kernel or runtime; the namespace refuses such pods.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          securityContext: {runAsNonRoot: true}
          containers:
            - name: web

Fix: set it in the pod's security context and leave it out of the containers'. An image that insists on root needs a
`USER 10001` line in its Dockerfile, and files that this user may read.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import effective

ID = "run-as-non-root"
KINDS = WORKLOADS
HINT = "write runAsNonRoot: true in the pod's securityContext, and let the image run as any user"
COVERS = (
    "checkov:CKV_K8S_23",
    "kube-linter:run-as-non-root",
    "polaris:runAsRootAllowed",
    "kubescape:C-0013",
    "kubescape:C-0198",
    "kubesec:RunAsNonRoot",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each container that may run as root."""
    for container in obj.containers():
        value, pointer = effective(obj, container, "runAsNonRoot")
        if value is not True:
            yield Problem(f"container {container.name} may run as root", obj, pointer)
