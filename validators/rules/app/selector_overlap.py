"""Two objects that select the same pods.

What: a workload whose selector also selects the pods of another, a Service that sends requests to the pods of two
workloads, and two PodDisruptionBudgets for the same pods.
Why: two workloads with one selector fight over their pods and kill each other's; a Service with a worker behind it
answers every second request with an error; pods in two budgets can't be evicted at all, so no node can be drained.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector: {matchLabels: {app: shop}}
      template: {metadata: {labels: {app: shop}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: async
    spec:
      selector: {matchLabels: {app: shop}}
      template: {metadata: {labels: {app: shop}}}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector: {matchLabels: {app.kubernetes.io/name: web}}
      template: {metadata: {labels: {app: shop, app.kubernetes.io/name: web}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: async
    spec:
      selector: {matchLabels: {app.kubernetes.io/name: async}}
      template: {metadata: {labels: {app: shop, app.kubernetes.io/name: async}}}

Fix: select by `app.kubernetes.io/name`, with a value of its own for each workload.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from ...app import workloads
from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "selector-overlap"
HINT = "select by app.kubernetes.io/name, with a value of its own for each workload"

_CONTROLLERS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")


def check(app: App) -> Iterator[Problem]:
    """Yield workloads, Services and budgets that select pods of more than one workload, or twice."""
    for obj in app.of_kind(*_CONTROLLERS):
        others = [other for other in workloads.selected(app, _selector(obj)) if other is not obj]
        if others and obj.mapping("spec", "selector"):
            yield Problem(f"the selector also selects the pods of {_names(others)}", obj, ("spec", "selector"))
    for obj in app.of_kind("Service"):
        labels = obj.mapping("spec", "selector")
        found = workloads.selected(app, {"matchLabels": labels}) if labels else []
        if len(found) > 1:
            yield Problem(f"the selector sends requests to the pods of {_names(found)}", obj, ("spec", "selector"))
    for one, two in combinations(app.of_kind("PodDisruptionBudget"), 2):
        both = [
            obj for obj in workloads.selected(app, _selector(one)) if obj in workloads.selected(app, _selector(two))
        ]
        if both:
            message = f"selects the pods of {_names(both)}, as {two!r} does: they can't be evicted"
            yield Problem(message, one, ("spec", "selector"), hint="keep one budget for each workload")


def _selector(obj: Object) -> Any:
    return obj.get("spec", "selector")


def _names(objects: list[Object]) -> str:
    return " and ".join(repr(obj) for obj in objects[:5])
