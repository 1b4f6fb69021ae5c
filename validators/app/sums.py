"""What an app's pods and claims add up to, counted as ResourceQuota does."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from ..kubernetes import quantity
from ..render.objects import Container, Object
from . import workloads
from .app import App

SOLVER_POLICY = "allow-acme-solver"
"""The NetworkPolicy of the component certificate."""
_SOLVER = {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"cpu": "100m", "memory": "64Mi"}}
"""cert-manager's defaults, of 1.21: --acme-http01-solver-resource-*."""

_CRON_GRANT = "cron/sizing"

Sum = dict[str, Fraction]
"""Resource, as ResourceQuota names it (requests.cpu, limits.memory, pods ...), to a number of its unit."""


def defaults(app: App) -> tuple[dict, dict]:
    """Return what the LimitRanges give to containers that say nothing: (requests, limits)."""
    requests: dict[str, Any] = {}
    limits: dict[str, Any] = {}
    for obj in app.of_kind("LimitRange"):
        for index, row in enumerate(obj.sequence("spec", "limits")):
            if isinstance(row, dict) and row.get("type") == "Container":
                limits |= obj.mapping("spec", "limits", index, "default")
                requests |= obj.mapping("spec", "limits", index, "defaultRequest")
    return requests, limits


def pods(app: App) -> Iterator[tuple[Object, int, Sum]]:
    """Yield (object, how many pods at most at once, what one of them needs) for all that makes pods.

    A rollout's further pods and the Job's count, because all of them may be there at the same time.
    """
    default = defaults(app)
    for obj in workloads.workloads(app):
        yield obj, workloads.replicas(obj) + workloads.surge(obj), _pod(obj, default)
    for obj in app.of_kind("Cluster"):
        yield obj, workloads.replicas(obj), _container(obj.mapping("spec", "resources"), default)
    yield from _solvers(app)
    yield from _granted_runs(app, default)


def _granted_runs(app: App, default: tuple[dict, dict]) -> Iterator[tuple[Object, int, Sum]]:
    """Yield the runs of CronJobs that the customer may still add: what is granted has room before it is used."""
    granted = app.size("cron.jobs")
    if _CRON_GRANT in app.infrastructure and isinstance(granted, int):
        more = Object({"kind": "CronJob", "metadata": {"name": "cron.jobs granted besides"}})
        resources = app.size("cron.resources")
        one = _container(resources if isinstance(resources, dict) else {}, default)
        yield more, max(0, granted - len(app.cron_jobs)), one


def _solvers(app: App) -> Iterator[tuple[Object, int, Sum]]:
    """Yield the pods by which cert-manager answers an issuer, one a host, with the sizes that it gives them itself."""
    policy, route = app.find("NetworkPolicy", SOLVER_POLICY), app.find("Ingress", "web")
    if policy and route:
        hosts = {
            host
            for row in range(len(route.sequence("spec", "tls")))
            for host in route.sequence("spec", "tls", row, "hosts")
        }
        yield policy, len(hosts), _container(_SOLVER, defaults(app))


def claims(app: App) -> Iterator[tuple[Object, int, Fraction, str]]:
    """Yield (object, how many claims, the size of one, its storage class) for all that makes claims."""
    for obj in app.of_kind("PersistentVolumeClaim"):
        size = quantity.amount(obj.get("spec", "resources", "requests", "storage"))
        yield obj, 1, size, str(obj.get("spec", "storageClassName", default=""))
    for obj in app.of_kind("StatefulSet"):
        for index in range(len(obj.sequence("spec", "volumeClaimTemplates"))):
            spec = obj.mapping("spec", "volumeClaimTemplates", index, "spec")
            template = Object({"spec": spec})
            size = quantity.amount(template.get("spec", "resources", "requests", "storage"))
            yield obj, workloads.replicas(obj), size, str(spec.get("storageClassName", ""))
    for obj in app.of_kind("Cluster"):
        storage = ("storage", "walStorage") if obj.mapping("spec", "walStorage") else ("storage",)
        for key in storage:
            size = quantity.amount(obj.get("spec", key, "size"))
            yield obj, workloads.replicas(obj), size, str(obj.get("spec", key, "storageClass", default=""))


def total(app: App) -> tuple[Sum, dict[str, list[str]]]:
    """Return all of it together, and for each resource who takes part, for people: `web 3`."""
    result: Sum = {}
    parts: dict[str, list[str]] = {}

    def add(resource: str, number: Fraction, who: str) -> None:
        result[resource] = result.get(resource, Fraction(0)) + number
        if number:
            parts.setdefault(resource, []).append(f"{who} {quantity.show(number, resource)}")

    for obj, count, one in pods(app):
        for resource, number in {**one, "pods": Fraction(1)}.items():
            add(resource, number * count, obj.name)
    for obj, count, size, storage_class in claims(app):
        prefix = f"{storage_class}.storageclass.storage.k8s.io/"
        for scope in ("", prefix) if storage_class else ("",):
            add(f"{scope}requests.storage", size * count, obj.name)
            add(f"{scope}persistentvolumeclaims", Fraction(count), obj.name)
    # ResourceQuota knows the requests under both names.
    for short in ("cpu", "memory", "ephemeral-storage"):
        if f"requests.{short}" in result:
            result[short], parts[short] = result[f"requests.{short}"], parts.get(f"requests.{short}", [])
    return result, parts


def _pod(obj: Object, default: tuple[dict, dict]) -> Sum:
    """Return what a pod needs: its containers together, or the largest init container where that is more."""
    together: Sum = {}
    sidecars: Sum = {}
    largest: Sum = {}
    for container in obj.containers():
        one = _container(_resources(container), default)
        if container.pointer[-2] == "containers":
            _add(together, one)
        elif container.data.get("restartPolicy") == "Always":
            _add(sidecars, one)
            _add(together, one)
        else:
            for resource, number in one.items():
                number += sidecars.get(resource, Fraction(0))
                largest[resource] = max(largest.get(resource, Fraction(0)), number)
    return {key: max(together.get(key, Fraction(0)), largest.get(key, Fraction(0))) for key in {**together, **largest}}


def _resources(container: Container) -> dict:
    resources = container.data.get("resources")
    return resources if isinstance(resources, dict) else {}


def _container(resources: dict, default: tuple[dict, dict]) -> Sum:
    own_limits = resources.get("limits") if isinstance(resources.get("limits"), dict) else {}
    own_requests = resources.get("requests") if isinstance(resources.get("requests"), dict) else {}
    limits = {**default[1], **own_limits}
    # A limit without a request is the request, too.
    requests = {**default[0], **own_limits, **own_requests}
    result = {f"limits.{key}": quantity.amount(value) for key, value in limits.items()}
    return {**result, **{f"requests.{key}": quantity.amount(value) for key, value in requests.items()}}


def _add(into: Sum, other: Sum) -> None:
    for resource, number in other.items():
        into[resource] = into.get(resource, Fraction(0)) + number
