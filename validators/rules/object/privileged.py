"""A privileged container.

What: a container with `privileged: true`.
Why: it is root on the node, with all its devices and every other customer's data.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              securityContext: {privileged: true}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              securityContext: {privileged: false}

Fix: leave the line out. If the app breaks without it, ask the platform what it is missing.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import containers_without

ID = "privileged"
KINDS = WORKLOADS
HINT = "delete privileged: true"
COVERS = (
    "checkov:CKV_K8S_16",
    "kube-linter:privileged-container",
    "kube-score:container-security-context-privileged",
    "polaris:runAsPrivileged",
    "kubescape:C-0057",
    "kubescape:C-0193",
    "kubesec:Privileged",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each privileged container."""
    for container, _, pointer in containers_without(obj, ("securityContext", "privileged"), None, False):
        yield Problem(f"container {container.name} is privileged: root on the node", obj, pointer)
