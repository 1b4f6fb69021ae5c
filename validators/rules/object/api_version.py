"""An API version or kind that Kubernetes doesn't have, has dropped, or is about to.

What: an apiVersion that no supported Kubernetes serves any more, or that has a stable successor; a kind that its group
doesn't have, and an object without apiVersion or kind. Groups of operators that the library doesn't know are left alone.
Why: the API server refuses the object, if not today, then at the next update of the cluster.

Bad:

    apiVersion: networking.k8s.io/v1beta1
    kind: Ingress
    metadata: {name: web}

Good:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}

Fix: write the version that the message names; some fields have other names in it, see the Kubernetes deprecation guide.
"""

from collections.abc import Iterator

from ...app.app import App
from ...kubernetes import schema
from ...render.objects import Object
from .. import Problem

ID = "api-version"
HINT = "write the stable version"
COVERS = ("kube-linter:no-extensions-v1beta", "kube-score:stable-version")
# https://kubernetes.io/docs/reference/using-api/deprecation-guide/ by group; extensions went into several.
_STABLE = {
    "admissionregistration.k8s.io": "v1",
    "apiextensions.k8s.io": "v1",
    "apiregistration.k8s.io": "v1",
    "apps": "v1",
    "authentication.k8s.io": "v1",
    "authorization.k8s.io": "v1",
    "autoscaling": "v2",
    "batch": "v1",
    "certificates.k8s.io": "v1",
    "coordination.k8s.io": "v1",
    "discovery.k8s.io": "v1",
    "events.k8s.io": "v1",
    "flowcontrol.apiserver.k8s.io": "v1",
    "networking.k8s.io": "v1",
    "node.k8s.io": "v1",
    "policy": "v1",
    "rbac.authorization.k8s.io": "v1",
    "scheduling.k8s.io": "v1",
    "storage.k8s.io": "v1",
}
_EXTENSIONS = {
    "DaemonSet": "apps/v1",
    "Deployment": "apps/v1",
    "ReplicaSet": "apps/v1",
    "Ingress": "networking.k8s.io/v1",
    "NetworkPolicy": "networking.k8s.io/v1",
}
_GATEWAY = ("GatewayClass", "Gateway", "HTTPRoute")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem where an object's version has a successor, or there is no such kind."""
    group, _, version = obj.api_version.rpartition("/")
    successor = f"{group}/{_STABLE[group]}" if group in _STABLE and ("alpha" in version or "beta" in version) else ""
    if group == "extensions":
        successor = _EXTENSIONS.get(obj.kind, "apps/v1")
    if group == "gateway.networking.k8s.io" and obj.kind in _GATEWAY and version != "v1":
        successor = f"{group}/v1"
    if successor:
        message = f"{obj.api_version} of {obj.kind} is gone or going"
        yield Problem(message, obj, ("apiVersion",), hint=f"write {successor}")
    else:
        yield from _unknown(obj, group)


def _unknown(obj: Object, group: str) -> Iterator[Problem]:
    kinds = schema.served().get(group, {})
    built_in = "." not in group or group in _STABLE  # an operator's group is a domain
    if obj.api_version in kinds.get(obj.kind, ()) or not (built_in or obj.kind in kinds):
        return
    everywhere = [version for other in schema.served().values() for version in other.get(obj.kind, ())]
    message = f"there is no kind {obj.kind[:80]!r} in {obj.api_version[:80]!r}"
    if everywhere:
        yield Problem(message, obj, ("apiVersion",), hint=f"write {' or '.join(everywhere)}")
    else:
        yield Problem(message, obj, ("kind",), hint="write a kind of this group: is the spelling right?")
