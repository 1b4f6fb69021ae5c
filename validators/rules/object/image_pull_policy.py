"""A node's old copy of an image may run.

What: a container without `imagePullPolicy: Always`.
Why: nodes are shared: without it a pod may run a private image that another customer's pull left there, without having
its password; and a tag that was pushed again runs in two versions.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              imagePullPolicy: IfNotPresent

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              imagePullPolicy: Always

Fix: write it for every container; what hasn't changed isn't fetched again.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import containers_without

ID = "image-pull-policy"
KINDS = WORKLOADS
HINT = "write imagePullPolicy: Always"
COVERS = (
    "checkov:CKV_K8S_15",
    "kube-score:container-image-pull-policy",
    "polaris:pullPolicyNotAlways",
    "kubescape:C-0075",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each container that may run an old copy."""
    for container, value, pointer in containers_without(obj, ("imagePullPolicy",), "Always"):
        yield Problem(f"container {container.name} has imagePullPolicy {value or 'unset'}", obj, pointer)
