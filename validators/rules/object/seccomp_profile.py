"""A container may make any system call.

What: a container whose own or whose pod's seccomp profile isn't RuntimeDefault.
Why: the profile forbids some 40 system calls that no app needs and that most escapes from containers need.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          securityContext:
            seccompProfile: {type: Unconfined}
          containers:
            - name: web

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          securityContext:
            seccompProfile: {type: RuntimeDefault}
          containers:
            - name: web

Fix: set it in the pod's security context and leave it out of the containers'.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import effective

ID = "seccomp-profile"
KINDS = WORKLOADS
HINT = "write seccompProfile: {type: RuntimeDefault} in the pod's securityContext"
COVERS = (
    "checkov:CKV_K8S_31",
    "kube-score:container-seccomp-profile",
    "polaris:linuxHardening",
    "kubescape:C-0055",
    "kubescape:C-0210",
    "kubesec:SeccompAny",
    "kubesec:SeccompUnconfined",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each container without the runtime's profile."""
    for container in obj.containers():
        value, pointer = effective(obj, container, "seccompProfile")
        kind = value.get("type") if isinstance(value, dict) else None
        if kind != "RuntimeDefault":
            said = f"the seccomp profile {kind}" if kind else "no seccomp profile"
            yield Problem(f"container {container.name} has {said}", obj, pointer)
