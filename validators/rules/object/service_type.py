"""A Service goes past Ingress and Gateway.

What: a Service of type LoadBalancer, NodePort or ExternalName, or with externalIPs, loadBalancerIP or a nodePort.
Why: it opens ports past TLS and costs addresses; externalIPs take another customer's traffic, and an ExternalName sends
the app's to somewhere else.

Bad:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      type: LoadBalancer

Good:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      type: ClusterIP

Fix: pick the component `ingress` or `gateway`; ask the platform for anything that isn't HTTP.
"""

from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "service-type"
KINDS = ("Service",)
HINT = "write type: ClusterIP, and publish the site by the component ingress or gateway"
COVERS = (
    "kube-linter:exposed-services",
    "kube-linter:externalname-service-redirect",
    "kube-score:service-type",
    "kubescape:C-0256",
)
_FIELDS = ("externalIPs", "externalName", "loadBalancerIP", "loadBalancerClass", "healthCheckNodePort")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each way past the Ingress."""
    kind = obj.get("spec", "type", default="ClusterIP")
    if kind != "ClusterIP":
        yield Problem(f"a Service of type {kind}", obj, ("spec", "type"))
    for field in _FIELDS:
        if obj.get("spec", field):
            yield Problem(f"sets {field}", obj, ("spec", field), hint=f"delete {field}")
    for index, _ in enumerate(obj.sequence("spec", "ports")):
        pointer = ("spec", "ports", index, "nodePort")
        if obj.get(*pointer):
            yield Problem(f"opens port {obj.get(*pointer)} of every node", obj, pointer, hint="delete nodePort")
