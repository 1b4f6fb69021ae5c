"""A pod changes how the kernel confines it.

What: sysctls, SELinux or Windows options, or an AppArmor profile other than RuntimeDefault (also as an annotation).
Why: sysctls belong to the node or slow its other pods; the others switch off what keeps a container from the node.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          securityContext:
            appArmorProfile: {type: Unconfined}
            sysctls:
              - {name: net.core.somaxconn, value: "1024"}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          securityContext:
            appArmorProfile: {type: RuntimeDefault}

Fix: leave them out. Ask the platform for a node with other settings, if measurements say that the app needs one.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "kernel-options"
KINDS = WORKLOADS
HINT = "delete it: the node's defaults apply to all pods"
COVERS = (
    "kube-linter:unsafe-sysctls",
    "polaris:hostProcess",
    "polaris:linuxHardening",
    "kubescape:C-0055",
    "kubescape:C-0202",
    "kubesec:ApparmorUnconfined",
)
_APPARMOR = "container.apparmor.security.beta.kubernetes.io/"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each option that loosens the confinement of a pod or of a container."""
    owners = [obj.pod_pointer or (), *(container.pointer for container in obj.containers())]
    for owner in owners:
        yield from _context(obj, (*owner, "securityContext"))
    annotations = (*(obj.pod_pointer or ("",))[:-1], "metadata", "annotations")
    for key, value in obj.mapping(*annotations).items():
        if isinstance(key, str) and key.startswith(_APPARMOR) and value != "runtime/default":
            yield Problem(f"AppArmor's profile is {value}", obj, (*annotations, key))


def _context(obj: Object, pointer: Pointer) -> Iterator[Problem]:
    for field in ("sysctls", "seLinuxOptions", "windowsOptions"):
        if obj.get(*pointer, field):
            yield Problem(f"sets {field}", obj, (*pointer, field))
    profile = obj.get(*pointer, "appArmorProfile", "type", default="RuntimeDefault")
    if profile != "RuntimeDefault":
        yield Problem(f"AppArmor's profile is {profile}", obj, (*pointer, "appArmorProfile", "type"))
