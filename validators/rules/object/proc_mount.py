"""A container sees what the runtime hides of /proc.

What: a container with a `procMount` other than Default.
Why: the hidden parts let a process read keys and change settings of the node's kernel.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              securityContext: {procMount: Unmasked}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              securityContext: {procMount: Default}

Fix: leave the line out.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import containers_without

ID = "proc-mount"
KINDS = WORKLOADS
HINT = "delete procMount"
COVERS = ("kube-linter:unsafe-proc-mount", "polaris:procMount", "kubesec:ProcMount")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each container that sees all of /proc."""
    for container, value, pointer in containers_without(obj, ("securityContext", "procMount"), None, "Default"):
        yield Problem(f"container {container.name} has procMount {value}: it sees the node's settings", obj, pointer)
