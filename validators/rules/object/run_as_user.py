"""A container runs with a user or group id that belongs to somebody.

What: runAsUser or runAsGroup that is missing or below 10000, and fsGroup or supplementalGroups below 10000.
Why: ids are shared with the node. Low ones are root, system users and people there; without an id the image decides.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          securityContext: {runAsUser: 1000, runAsGroup: 1000}
          containers:
            - name: web

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          securityContext: {runAsUser: 10001, runAsGroup: 10001, fsGroup: 10001}
          containers:
            - name: web

Fix: keep the ids of the library: the image must work with any of them, see the contract of images.
"""

from collections.abc import Iterator
from typing import Any

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import effective

ID = "run-as-user"
KINDS = WORKLOADS
HINT = "write an id of 10000 or more, such as the library's 10001"
COVERS = (
    "checkov:CKV_K8S_40",
    "kube-score:container-security-context-user-group-id",
    "kubescape:C-0013",
    "kubesec:RunAsUser",
    "kubesec:RunAsGroup",
)
LOWEST = 10000


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each id that is too low or missing."""
    for container in obj.containers():
        for field in ("runAsUser", "runAsGroup"):
            value, pointer = effective(obj, container, field)
            if value is None:
                yield Problem(f"container {container.name} has no {field}, so the image decides", obj, pointer)
            elif not _high(value):
                yield Problem(f"container {container.name} has {field} {value}, below {LOWEST}", obj, pointer)
    pod = (*(obj.pod_pointer or ()), "securityContext")
    group = obj.get(*pod, "fsGroup")
    if group is not None and not _high(group):
        yield Problem(f"fsGroup {group} is below {LOWEST}", obj, (*pod, "fsGroup"))
    for index, value in enumerate(obj.sequence(*pod, "supplementalGroups")):
        if not _high(value):
            yield Problem(f"supplementalGroups has {value}, below {LOWEST}", obj, (*pod, "supplementalGroups", index))


def _high(value: Any) -> bool:
    return isinstance(value, int) and value >= LOWEST
