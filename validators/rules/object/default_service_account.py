"""A pod runs as the namespace's default ServiceAccount.

What: a pod without `serviceAccountName`, or with `default`; its old spelling; and a ServiceAccount that
redefines `default`.
Why: every pod that says nothing shares it, so a right or a registry's password given to one is given to all.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          serviceAccountName: app
          containers:
            - name: web

Fix: write `serviceAccountName: app`, the library's.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem

ID = "default-service-account"
KINDS = (*WORKLOADS, "ServiceAccount")
HINT = "write serviceAccountName: app"
COVERS = (
    "checkov:CKV_K8S_41",
    "kube-linter:default-service-account",
    "kube-linter:deprecated-service-account-field",
    "kubescape:C-0189",
    "kubesec:ServiceAccountName",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem where the default account is used."""
    if obj.kind == "ServiceAccount":
        if obj.name == "default":
            yield Problem(
                "redefines the default account of the namespace", obj, ("metadata", "name"), hint="name it app"
            )
        return
    pod = obj.pod_pointer or ()
    name = obj.get(*pod, "serviceAccountName")
    if name in (None, "", "default"):
        yield Problem("runs as the default account of the namespace", obj, (*pod, "serviceAccountName"))
    old = obj.get(*pod, "serviceAccount", default=name)
    if old != name:
        yield Problem(
            f"serviceAccount {old} is the old spelling, and says something else", obj, (*pod, "serviceAccount")
        )
