"""A node can't be emptied.

What: a PodDisruptionBudget that never lets a pod go: maxUnavailable 0, minAvailable as many as there are; one without
either; and one whose broken pods may not be evicted (unhealthyPodEvictionPolicy other than AlwaysAllow).
Why: an update of the node waits for a budget that never frees anything, until somebody deletes it at night.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 1
      template:
        metadata:
          labels: {app.kubernetes.io/name: web}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec:
      minAvailable: 1
      unhealthyPodEvictionPolicy: AlwaysAllow
      selector:
        matchLabels: {app.kubernetes.io/name: web}

Good:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec:
      maxUnavailable: 1
      unhealthyPodEvictionPolicy: AlwaysAllow
      selector:
        matchLabels: {app.kubernetes.io/name: web}

Fix: `maxUnavailable: 1` is right for any number of replicas.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import matches, pod_labels, replicas, share
from ...render.objects import Object
from .. import Problem
from .._pods import SCALED

ID = "disruption-budget-blocks"
KINDS = ("PodDisruptionBudget",)
HINT = "write maxUnavailable: 1 and unhealthyPodEvictionPolicy: AlwaysAllow"
COVERS = (
    "kube-linter:pdb-max-unavailable",
    "kube-linter:pdb-min-available",
    "kube-linter:pdb-unhealthy-pod-eviction-policy",
    "kube-score:poddisruptionbudget-has-policy",
    "polaris:pdbDisruptionsIsZero",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each reason why pods can't be evicted."""
    most, least = obj.get("spec", "maxUnavailable"), obj.get("spec", "minAvailable")
    if most is None and least is None:
        yield Problem("allows no disruption, as it doesn't say how many", obj, ("spec",))
    if most is not None and share(most, 100, up=True) == 0:
        yield Problem(f"maxUnavailable {most} never lets a pod go", obj, ("spec", "maxUnavailable"))
    for workload in app.of_kind(*SCALED):
        wanted = replicas(workload)
        needed = share(least, wanted, up=True)
        if needed and needed >= wanted > 0 and matches(obj.get("spec", "selector"), pod_labels(workload)):
            message = f"minAvailable {least} of {wanted} {workload.name} never lets a pod go"
            yield Problem(message, obj, ("spec", "minAvailable"))
    policy = obj.get("spec", "unhealthyPodEvictionPolicy")
    if policy != "AlwaysAllow":
        pointer = ("spec", "unhealthyPodEvictionPolicy")
        yield Problem("pods that don't work can't be evicted either", obj, pointer)
