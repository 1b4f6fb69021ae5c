"""All replicas may land on one node.

What: a Deployment or StatefulSet of several replicas without podAntiAffinity or topologySpreadConstraints for its own
pods, and a database Cluster of several instances with enablePodAntiAffinity switched off.
Why: when that node fails or is restarted, all replicas are gone at once.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      template:
        metadata:
          labels: {app.kubernetes.io/name: web}
        spec:
          topologySpreadConstraints:
            - maxSkew: 1
              topologyKey: kubernetes.io/hostname
              whenUnsatisfiable: ScheduleAnyway
              labelSelector:
                matchLabels: {app.kubernetes.io/name: web}

Fix: keep the podAntiAffinity of base/web/deployment.yaml.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import matches, pod_labels, replicas
from ...render.objects import Object
from .. import Problem
from .._pods import SCALED

ID = "spread"
KINDS = (*SCALED, "Cluster")
HINT = "copy the podAntiAffinity of base/web/deployment.yaml, with the labels of these pods"
COVERS = (
    "kube-linter:no-anti-affinity",
    "kube-score:deployment-has-host-podantiaffinity",
    "kube-score:statefulset-has-host-podantiaffinity",
    "kube-score:pod-topology-spread-constraints",
    "polaris:topologySpreadConstraint",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem where nothing keeps replicas apart."""
    if obj.kind == "Cluster":
        pointer = ("spec", "affinity", "enablePodAntiAffinity")
        instances = obj.get("spec", "instances", default=1)
        if isinstance(instances, int) and instances > 1 and obj.get(*pointer) is False:
            yield Problem(
                f"nothing keeps the {instances} instances on different nodes", obj, pointer, hint="write true"
            )
        return
    if replicas(obj) > 1 and not any(matches(selector, pod_labels(obj)) for selector in _selectors(obj)):
        pointer = (*(obj.pod_pointer or ()), "affinity")
        yield Problem(f"nothing keeps the {replicas(obj)} replicas on different nodes", obj, pointer)


def _selectors(obj: Object) -> Iterator[object]:
    """Yield the label selectors by which a pod avoids other pods."""
    pod = obj.pod_pointer or ()
    anti = (*pod, "affinity", "podAntiAffinity")
    for term in obj.sequence(*anti, "requiredDuringSchedulingIgnoredDuringExecution"):
        if isinstance(term, dict):
            yield term.get("labelSelector")
    for index, _ in enumerate(obj.sequence(*anti, "preferredDuringSchedulingIgnoredDuringExecution")):
        preferred = (*anti, "preferredDuringSchedulingIgnoredDuringExecution", index)
        yield obj.get(*preferred, "podAffinityTerm", "labelSelector")
    for constraint in obj.sequence(*pod, "topologySpreadConstraints"):
        if isinstance(constraint, dict):
            yield constraint.get("labelSelector")
