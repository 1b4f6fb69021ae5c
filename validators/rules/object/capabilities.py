"""A container keeps or gains capabilities of root.

What: a container that doesn't drop ALL capabilities, or that adds any.
Why: a container starts with a dozen of root's powers, such as forging packets and taking over files; Django needs none.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              securityContext:
                capabilities: {drop: [NET_RAW], add: [NET_BIND_SERVICE]}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              securityContext:
                capabilities: {drop: [ALL]}

Fix: drop ALL and add nothing. For a port below 1024 listen on 8000 instead: the Service translates.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem

ID = "capabilities"
KINDS = WORKLOADS
HINT = "write capabilities: {drop: [ALL]}, and no add"
COVERS = (
    "checkov:CKV_K8S_25",
    "checkov:CKV_K8S_28",
    "checkov:CKV_K8S_37",
    "checkov:CKV_K8S_39",
    "kube-linter:drop-net-raw-capability",
    "polaris:dangerousCapabilities",
    "polaris:insecureCapabilities",
    "polaris:linuxHardening",
    "kubescape:C-0046",
    "kubescape:C-0055",
    "kubescape:C-0079",
    "kubescape:C-0086",
    "kubescape:C-0199",
    "kubescape:C-0201",
    "kubesec:CapDropAll",
    "kubesec:CapDropAny",
    "kubesec:CapSysAdmin",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each container that keeps capabilities, and for each that adds some."""
    for container in obj.containers():
        pointer = (*container.pointer, "securityContext", "capabilities")
        if "ALL" not in obj.sequence(*pointer, "drop"):
            yield Problem(f"container {container.name} doesn't drop ALL capabilities", obj, (*pointer, "drop"))
        added = obj.sequence(*pointer, "add")
        if added:
            names = ", ".join(map(str, added))
            yield Problem(f"container {container.name} adds the capabilities {names}", obj, (*pointer, "add"))
