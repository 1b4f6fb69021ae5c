"""A port that only root may open.

What: a containerPort below 1024, port 22 (SSH) among them.
Why: the app doesn't run as root, so opening the port may fail; and nobody logs in to a container.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              ports: [{name: http, containerPort: 80}]

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              ports: [{name: http, containerPort: 8000}]

Fix: let the app listen on [::]:8000, the PORT of the contract; the Service offers it as port 80.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem

ID = "privileged-port"
KINDS = WORKLOADS
HINT = "listen on [::]:8000, and write containerPort: 8000"
COVERS = ("kube-linter:privileged-ports", "kube-linter:ssh-port", "kubescape:C-0042")
_UNPRIVILEGED = 1024


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each port below 1024."""
    for container in obj.containers():
        for index, _ in enumerate(obj.sequence(*container.pointer, "ports")):
            pointer = (*container.pointer, "ports", index, "containerPort")
            port = obj.get(*pointer)
            if isinstance(port, int) and 0 < port < _UNPRIVILEGED:
                what = ", which is SSH's" if port == 22 else ", which only root may open"
                yield Problem(f"container {container.name} listens on port {port}{what}", obj, pointer)
