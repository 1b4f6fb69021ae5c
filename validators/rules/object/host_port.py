"""A container opens a port of its node.

What: a `hostPort`, and a probe or hook with a `host`, which the node connects to.
Why: it is open to the internet past every NetworkPolicy, and only one pod on each node can have it.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              ports:
                - {name: http, containerPort: 8000, hostPort: 8000}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              ports:
                - {name: http, containerPort: 8000}

Fix: leave it out. The Service `web` reaches the container, and Ingress or Gateway reach the Service.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import handlers

ID = "host-port"
KINDS = WORKLOADS
HINT = "delete the line: Services reach containers without it"
COVERS = ("checkov:CKV_K8S_26", "polaris:hostPortSet", "kubescape:C-0044", "kubescape:C-0204")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each port of the node, and for each probe or hook that is aimed at another host."""
    for container in obj.containers():
        for index, _ in enumerate(obj.sequence(*container.pointer, "ports")):
            pointer = (*container.pointer, "ports", index, "hostPort")
            if obj.get(*pointer, default=0) not in (0, None):
                yield Problem(f"container {container.name} opens port {obj.get(*pointer)} of the node", obj, pointer)
    for _, name, handler in handlers(obj):
        for action in ("httpGet", "tcpSocket"):
            pointer = (*handler, action, "host")
            if obj.get(*pointer):
                yield Problem(f"{name} makes the node connect to {obj.get(*pointer)}", obj, pointer)
