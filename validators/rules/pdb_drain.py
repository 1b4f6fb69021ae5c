"""A disruption budget that no node can be drained with.

What: a PodDisruptionBudget that allows no pod to go (`maxUnavailable: 0`, `minAvailable` as large as the replicas,
neither of the two with one replica), both of the two, and a database Cluster of one instance with the operator's
budget.
Why: `kubectl drain` waits for ever, and with it each update of the nodes. Someone then deletes the pod by force.

Bad:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
    spec:
      minAvailable: 1
      selector: {matchLabels: {app.kubernetes.io/name: web}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 1
      template: {metadata: {labels: {app.kubernetes.io/name: web}}}

Good:

    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata:
      name: web
    spec:
      maxUnavailable: 1
      selector: {matchLabels: {app.kubernetes.io/name: web}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 1
      template: {metadata: {labels: {app.kubernetes.io/name: web}}}

Fix: write maxUnavailable: 1, which is right for any number of replicas.
"""

from collections.abc import Iterator

from .. import k8s_pods
from ..app import App
from ..objects import Object
from . import APP, Problem

ID = "pdb-drain"
SCOPE = APP
HINT = "write maxUnavailable: 1, which is right for any number of replicas"
COVERS = (
    "kube-linter:pdb-max-unavailable",
    "kube-linter:pdb-min-available",
    "polaris:pdbDisruptionsIsZero",
)


def check(app: App) -> Iterator[Problem]:
    """Yield the budgets under which no pod may go."""
    for obj in app.of_kind("PodDisruptionBudget"):
        pods = [
            pod for pod in k8s_pods.selected(app, obj.get("spec", "selector")) if pod.kind not in ("Job", "CronJob")
        ]
        yield from _budget(obj, sum(map(k8s_pods.replicas, pods)) if pods else None)
    for obj in app.of_kind("Cluster"):
        if k8s_pods.replicas(obj) == 1 and obj.get("spec", "enablePDB", default=True) is True:
            message = f"the operator's budget keeps the only instance of {obj.name} on its node"
            hint = "write database.instances: 2 or more in sizing.yaml, or patch enablePDB: false"
            yield Problem(message, obj, ("spec", "instances"), hint=hint)


def _budget(obj: Object, replicas: int | None) -> Iterator[Problem]:
    most, least = obj.get("spec", "maxUnavailable"), obj.get("spec", "minAvailable")
    if most is not None and least is not None:
        yield Problem("a budget has either minAvailable or maxUnavailable", obj, ("spec", "minAvailable"))
    elif most is not None:
        if str(most) in ("0", "0%"):
            yield Problem(f"maxUnavailable {most} lets no pod go", obj, ("spec", "maxUnavailable"))
    elif str(least) == "100%":
        yield Problem("minAvailable 100% lets no pod go", obj, ("spec", "minAvailable"))
    elif replicas and k8s_pods.share(1 if least is None else least, replicas, up=True) >= replicas:
        shown = "no minAvailable, which means 1," if least is None else f"minAvailable {least}"
        pointer = ("spec",) if least is None else ("spec", "minAvailable")
        yield Problem(f"{shown} of {replicas} lets no pod go", obj, pointer)
