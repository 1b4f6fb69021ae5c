"""An object lands in another namespace.

What: an object without a namespace, or in another one than <customer>-<app>, and a Namespace of another name.
Why: an app that writes into another namespace can replace another customer's objects; one without a namespace lands
wherever ArgoCD's default points, mostly `default`.

Bad:

    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings, namespace: example-other}

Good:

    apiVersion: v1
    kind: ConfigMap
    metadata: {name: settings, namespace: example-app}

Fix: write `namespace: <customer>-<app>` into the platform's kustomization.yaml, and no namespace anywhere else.
"""

from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from .. import Problem
from .forbidden_kind import KINDS_OF_THE_CLUSTER

ID = "namespace-foreign"
HINT = "write no namespace here: the platform's kustomization sets it for all objects"
COVERS = ("checkov:CKV_K8S_21", "kube-linter:use-namespace", "kubescape:C-0061", "kubescape:C-0209", "kubescape:C-0212")
_UNBOUND = {"PersistentVolume"}


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem where an object isn't in the app's namespace."""
    if obj.kind in _UNBOUND or obj.kind in KINDS_OF_THE_CLUSTER:
        return
    field = "name" if obj.kind == "Namespace" else "namespace"
    value = obj.name if obj.kind == "Namespace" else obj.namespace
    if value != app.namespace:
        said = f"namespace {value}" if value else "no namespace"
        yield Problem(f"{said}, but the app's is {app.namespace}", obj, ("metadata", field))
