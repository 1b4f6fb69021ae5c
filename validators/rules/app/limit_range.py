"""A container or claim that the namespace's LimitRange refuses.

What: a container whose limit is above `max`, whose request is below `min`, or that has no limit and no default; a
claim that is larger than `max`; bounds and defaults that contradict each other, and a ratio of limit and request below 1.
Why: the API server refuses the pod. The Deployment is there, has no pods, and only its events say why.

Bad:

    apiVersion: v1
    kind: LimitRange
    metadata:
      name: sizes
    spec:
      limits: [{type: Container, max: {memory: 1Gi}}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers: [{name: web, resources: {limits: {memory: 2Gi}}}]

Good:

    apiVersion: v1
    kind: LimitRange
    metadata:
      name: sizes
    spec:
      limits: [{type: Container, max: {memory: 2Gi}}]
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers: [{name: web, resources: {limits: {memory: 2Gi}}}]

Fix: raise namespace.limits in sizing.yaml, or lower the size there.
"""

from collections.abc import Iterator

from ...app.app import App
from ...kubernetes import quantity
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "limit-range"
HINT = "raise namespace.limits in sizing.yaml, or lower the size there"

_ASCENDING = ("min", "defaultRequest", "default", "max")


def check(app: App) -> Iterator[Problem]:
    """Yield what each LimitRange refuses."""
    for limits in app.of_kind("LimitRange"):
        for index in range(len(limits.sequence("spec", "limits"))):
            row = Object({"spec": limits.mapping("spec", "limits", index)})
            yield from _defaults(limits, row, index)
            match row.get("spec", "type"):
                case "Container":
                    for obj in app.objects:
                        for container in obj.containers():
                            yield from _container(obj, (*container.pointer, "resources"), row, container.name)
                        if obj.kind == "Cluster":
                            yield from _container(obj, ("spec", "resources"), row, "postgres")
                case "PersistentVolumeClaim":
                    for claim in app.of_kind("PersistentVolumeClaim"):
                        yield from _claim(claim, ("spec", "resources", "requests", "storage"), row)
                    for cluster in app.of_kind("Cluster"):
                        yield from _claim(cluster, ("spec", "storage", "size"), row)


def _defaults(limits: Object, row: Object, index: int) -> Iterator[Problem]:
    for position, field in enumerate(_ASCENDING):
        for resource, value in row.mapping("spec", field).items():
            for above in reversed(_ASCENDING[position + 1 :]):
                most = row.get("spec", above, resource)
                if most is not None and quantity.amount(value) > quantity.amount(most):
                    message = f"{field} {resource} {value} is above {above} {most}"
                    yield Problem(message, limits, ("spec", "limits", index, field, resource))
                    break
    for resource, value in row.mapping("spec", "maxLimitRequestRatio").items():
        if quantity.amount(value) < 1:
            pointer = ("spec", "limits", index, "maxLimitRequestRatio", resource)
            yield Problem(f"a limit can't be {value} of its request", limits, pointer, hint="write 1 or more")


def _container(obj: Object, pointer: Pointer, row: Object, name: str) -> Iterator[Problem]:
    limits, requests = obj.mapping(*pointer, "limits"), obj.mapping(*pointer, "requests")
    for resource, most in row.mapping("spec", "max").items():
        limit = limits.get(resource, row.get("spec", "default", resource, default=most))
        if quantity.amount(limit) > quantity.amount(most):
            message = f"{name[:80]} is limited to {resource} {limit}, and the namespace allows {most}"
            yield Problem(message, obj, (*pointer, "limits", resource))
    for resource, least in row.mapping("spec", "min").items():
        request = requests.get(resource, limits.get(resource, least))
        if quantity.amount(request) < quantity.amount(least):
            message = f"{name[:80]} asks for {resource} {request}, and the namespace demands {least}"
            yield Problem(message, obj, (*pointer, "requests", resource))


def _claim(obj: Object, pointer: Pointer, row: Object) -> Iterator[Problem]:
    size = obj.get(*pointer)
    most, least = row.get("spec", "max", "storage"), row.get("spec", "min", "storage")
    if most is not None and quantity.amount(size) > quantity.amount(most):
        yield Problem(f"the claim of {size} is larger than the namespace allows, {most}", obj, pointer)
    if least is not None and quantity.amount(size) < quantity.amount(least):
        yield Problem(f"the claim of {size} is smaller than the namespace allows, {least}", obj, pointer)
