"""A process can gain more rights than its parent.

What: a container without `allowPrivilegeEscalation: false`.
Why: setuid programs such as su or ping, which most images have, turn an ordinary user into root.

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
          containers:
            - name: web
              securityContext: {allowPrivilegeEscalation: false}

Fix: say it for every container; Kubernetes has no such setting for the whole pod.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import containers_without

ID = "privilege-escalation"
KINDS = WORKLOADS
HINT = "write allowPrivilegeEscalation: false in the container's securityContext"
COVERS = (
    "checkov:CKV_K8S_20",
    "kube-linter:privilege-escalation-container",
    "polaris:privilegeEscalationAllowed",
    "kubescape:C-0016",
    "kubescape:C-0197",
    "kubesec:AllowPrivilegeEscalation",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each container whose processes can gain rights."""
    for container, _, pointer in containers_without(obj, ("securityContext", "allowPrivilegeEscalation"), False):
        yield Problem(f"container {container.name} lets a process gain rights its parent lacks", obj, pointer)
