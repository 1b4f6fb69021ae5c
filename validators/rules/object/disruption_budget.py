"""Several replicas may be taken away at once.

What: a Deployment or StatefulSet of several replicas that no PodDisruptionBudget selects.
Why: when nodes are updated, everything on them is moved; without a budget all replicas may be on their way together.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      template:
        metadata:
          labels: {app.kubernetes.io/name: web}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      template:
        metadata:
          labels: {app.kubernetes.io/name: web}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: web}
    spec:
      maxUnavailable: 1
      unhealthyPodEvictionPolicy: AlwaysAllow
      selector:
        matchLabels: {app.kubernetes.io/name: web}

Fix: copy base/web/pod-disruption-budget.yaml, with the labels of these pods.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import matches, pod_labels, replicas
from ...render.objects import Object
from .. import Problem
from .._pods import SCALED

ID = "disruption-budget"
KINDS = SCALED
HINT = "add a PodDisruptionBudget with maxUnavailable: 1 that selects these pods"
COVERS = (
    "kube-linter:pod-disruption-budget",
    "kube-score:deployment-has-poddisruptionbudget",
    "kube-score:statefulset-has-poddisruptionbudget",
    "polaris:missingPodDisruptionBudget",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem where replicas have no budget."""
    budgets = app.of_kind("PodDisruptionBudget")
    if replicas(obj) > 1 and not any(matches(budget.get("spec", "selector"), pod_labels(obj)) for budget in budgets):
        yield Problem(f"all {replicas(obj)} replicas may be evicted at once", obj, ("spec", "replicas"))
