"""A security context is missing, or contradicts its pod's.

What: a pod or a container without a securityContext, and a container whose runAsUser, runAsGroup, runAsNonRoot or
seccompProfile differs from its pod's.
Why: what isn't said is the image's or the node's choice. Containers of one pod with different users can't read each
other's files on a shared volume.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          securityContext: {runAsUser: 10001}
          containers:
            - name: web
              securityContext: {runAsUser: 10005}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          securityContext: {runAsUser: 10001}
          containers:
            - name: web
              securityContext: {allowPrivilegeEscalation: false}

Fix: say users, groups and seccomp once, for the pod; say for each container what only containers have.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem

ID = "security-context"
KINDS = WORKLOADS
HINT = "copy both security contexts from base/web/deployment.yaml"
COVERS = ("checkov:CKV_K8S_29", "checkov:CKV_K8S_30", "kubescape:C-0211")
_SHARED = ("runAsUser", "runAsGroup", "runAsNonRoot", "seccompProfile")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each missing context and for each contradiction."""
    pod = (*(obj.pod_pointer or ()), "securityContext")
    if not obj.mapping(*pod):
        yield Problem("the pod has no securityContext", obj, pod)
    for container in obj.containers():
        own = (*container.pointer, "securityContext")
        if not obj.mapping(*own):
            yield Problem(f"container {container.name} has no securityContext", obj, own)
        for field in _SHARED:
            said, meant = obj.get(*own, field), obj.get(*pod, field)
            if said is not None and meant is not None and said != meant:
                message = f"container {container.name} has another {field} than its pod"
                yield Problem(message, obj, (*own, field), hint=f"delete {field} here: the pod's applies")
