"""A Service, budget or policy that reaches no pod or no port.

What: a Service, PodDisruptionBudget or PodMonitor that selects no pod of the app; a `targetPort`, or the port of a
policy or monitor, that the selected pods don't have.
Why: the site answers 503, or the protection isn't there, and nothing says why: the API server accepts names that
nobody has.

Bad:

    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector: {app.kubernetes.io/name: web}
      ports: [{port: 80, targetPort: web}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        metadata: {labels: {app.kubernetes.io/name: web}}
        spec:
          containers: [{name: web, ports: [{name: http, containerPort: 8000}]}]

Good:

    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      selector: {app.kubernetes.io/name: web}
      ports: [{port: 80, targetPort: http}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        metadata: {labels: {app.kubernetes.io/name: web}}
        spec:
          containers: [{name: web, ports: [{name: http, containerPort: 8000}]}]

Fix: write the labels of the pod template, and the name that the container gives its port: http.
"""

from collections.abc import Iterator
from typing import Any

from ...app import workloads
from ...app.app import App
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "service-port"
HINT = "write the labels of the pod template, and the name that the container gives its port: http"
COVERS = (
    "kube-linter:dangling-service",
    "kube-linter:dangling-servicemonitor",
    "kube-score:service-targets-pod",
)


def check(app: App) -> Iterator[Problem]:
    """Yield selectors that select nothing, and ports that the selected pods don't have."""
    for obj in app.of_kind("Service"):
        labels = obj.mapping("spec", "selector")
        if labels and not workloads.operator_pods(labels):
            pods = yield from _selected(app, obj, {"matchLabels": labels}, ("spec", "selector"))
            for index, row in enumerate(obj.sequence("spec", "ports")):
                yield from _service_row(obj, pods, row, ("spec", "ports", index))
    for obj in app.of_kind("PodDisruptionBudget", "PodMonitor"):
        pods = yield from _selected(app, obj, obj.get("spec", "selector"), ("spec", "selector"))
        for index, row in enumerate(obj.sequence("spec", "podMetricsEndpoints")):
            port = row.get("port") if isinstance(row, dict) else None
            if port is not None:
                yield from _port(obj, pods, port, "TCP", ("spec", "podMetricsEndpoints", index, "port"))
    for obj in app.of_kind("NetworkPolicy"):
        yield from _policy(app, obj)


def _selected(app: App, obj: Object, selector: Any, pointer: Pointer) -> Iterator[Problem]:
    """Yield a problem if the selector selects nothing; return the workloads that it selects."""
    pods = workloads.selected(app, selector)
    if not pods and not workloads.operator_pods(selector):
        yield Problem(f"{obj.kind} {obj.name} selects no pod of this app", obj, pointer)
    return pods


def _service_row(obj: Object, pods: list[Object], row: Any, pointer: Pointer) -> Iterator[Problem]:
    if isinstance(row, dict):
        field = "targetPort" if row.get("targetPort") is not None else "port"
        yield from _port(obj, pods, row.get(field), row.get("protocol", "TCP"), (*pointer, field))


def _policy(app: App, obj: Object) -> Iterator[Problem]:
    """Only names: a policy for a number that no container declares is nothing but unused."""
    pods = workloads.selected(app, obj.get("spec", "podSelector"))
    for index in range(len(obj.sequence("spec", "ingress"))):
        for position, row in enumerate(obj.sequence("spec", "ingress", index, "ports")):
            if isinstance(row, dict) and isinstance(row.get("port"), str):
                pointer = ("spec", "ingress", index, "ports", position, "port")
                yield from _port(obj, pods, row["port"], row.get("protocol", "TCP"), pointer)


def _port(obj: Object, pods: list[Object], port: Any, protocol: Any, pointer: Pointer) -> Iterator[Problem]:
    without = [pod for pod in pods if not workloads.serves(pod, port, protocol)]
    if without:
        names = [str(row.get("name") or row.get("containerPort")) for row in workloads.ports(without[0])]
        hint = f"write {' or '.join(names[:5])}" if names else "give the container that port"
        yield Problem(f"{without[0]!r} has no port {str(port)[:40]}/{str(protocol)[:8]}", obj, pointer, hint=hint)
