"""A pod gets a key to the API server.

What: a pod or a ServiceAccount without `automountServiceAccountToken: false`, and a projected `serviceAccountToken`.
Why: whoever breaks into the app finds the token in a file, and may ask the cluster for whatever it allows.

Bad:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: app}

Good:

    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: app}
    automountServiceAccountToken: false

Fix: say it for the pod and for its ServiceAccount. A Django app doesn't talk to Kubernetes.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS, volumes
from ...render.objects import Object
from .. import Problem
from .._pods import of_pod

ID = "service-account-token"
KINDS = (*WORKLOADS, "ServiceAccount")
HINT = "write automountServiceAccountToken: false"
COVERS = (
    "checkov:CKV_K8S_38",
    "kube-linter:automount-service-account-token",
    "kube-linter:projected-token-long-expiration",
    "polaris:automountServiceAccountToken",
    "kubescape:C-0034",
    "kubescape:C-0053",
    "kubescape:C-0190",
    "kubescape:C-0261",
    "kubesec:AutomountServiceAccountToken",
)
_FIELD = "automountServiceAccountToken"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem where a token is mounted."""
    value, pointer = of_pod(obj, _FIELD)
    if value is not False:
        yield Problem("mounts a token for the API server into the pod", obj, pointer)
    for _, volume in volumes(obj):
        sources = (*volume, "projected", "sources")
        for position, source in enumerate(obj.sequence(*sources)):
            if isinstance(source, dict) and "serviceAccountToken" in source:
                pointer = (*sources, position, "serviceAccountToken")
                yield Problem("a volume mounts a token for the API server", obj, pointer, hint="delete this source")
