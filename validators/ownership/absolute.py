"""Hold a render against what the files say it must be: which objects, containers and volumes.

Independent of kustomize: the library's and the platform's files are read here. How big they must be: sized.py.
"""

from collections.abc import Iterator
from typing import Any

from ..app import extras
from ..app.app import App
from ..policy import components, customer_fields
from ..render.objects import CONTAINER_LISTS, Object
from ..sources.inventory import Id
from ..sources.secrets import named
from .sized import FURTHER, Violation

CLUSTER_SCOPED = ("Namespace", "PersistentVolume")


def object_set(app: App) -> Iterator[Violation]:
    """Yield objects, containers and volumes that don't belong to the app, and objects that are missing."""
    expected = app.inventory.expected
    pods = customer_fields.pods(app.features) if app.customer.files else {}
    secrets = app.own_secrets | app.inventory.secrets
    seen: set[Id] = set()
    for obj in app.objects:
        key = Id(obj.api_version, obj.kind, obj.plain_name)
        if key in seen:
            yield Violation(obj, (), f"{obj!r} is there twice")
        seen.add(key)
        yield from _namespace(app, obj)
        if key not in expected and not _is_namespace(obj) and not _customers(app, obj):
            yield Violation(obj, (), f"{obj!r} belongs to no component of this app")
        yield from _pod(app, obj, pods.get(repr(obj)) or pods.get(components.pattern(repr(obj), pods)), secrets)
    for key in sorted(expected - seen):
        if key.kind != "Namespace":
            yield Violation(None, (), f"{key.kind}/{key.name} is missing, which the app's components make")


def _namespace(app: App, obj: Object) -> Iterator[Violation]:
    if obj.kind in CLUSTER_SCOPED:
        if obj.namespace:
            yield Violation(obj, ("metadata", "namespace"), f"{obj!r} is in a namespace, which its kind can't be")
        if obj.kind == "Namespace" and obj.name != app.namespace:
            yield Violation(obj, ("metadata", "name"), f"{obj!r} isn't this app's, which is {app.namespace}")
    elif obj.namespace != app.namespace:
        yield Violation(
            obj, ("metadata", "namespace"), f"{obj!r} is in {obj.namespace or 'no namespace'}, not {app.namespace}"
        )


def _is_namespace(obj: Object) -> bool:
    return obj.kind == "Namespace" and obj.api_version == "v1"


def _customers(app: App, obj: Object) -> bool:
    """Whether an object is one that a customer's folder may add."""
    if obj.kind == "SealedSecret":
        return obj.name in app.own_secrets and obj.api_version == "bitnami.com/v1alpha1"
    if obj.kind == "CronJob":
        return "cron" in app.features and obj.name in app.cron_jobs and obj.api_version == "batch/v1"
    return obj.kind == "ConfigMap" and obj.api_version == "v1" and obj.name in app.hashed_names


def _pod(app: App, obj: Object, expected: dict[str, list[str]] | None, secrets: set[str]) -> Iterator[Violation]:
    """Yield what doesn't belong into a pod; `expected`: its containers by list, None for a pod that isn't the customer's."""
    if not obj.pod_pointer:
        return
    for key in CONTAINER_LISTS:
        names = [c.get("name") if isinstance(c, dict) else None for c in obj.sequence(*obj.pod_pointer, key)]
        wanted = expected.get(key, []) if expected is not None else None
        if wanted is not None and sorted(map(str, names)) != sorted(wanted):
            added = [name for name, where in extras.containers(app, obj).items() if where == key]
            wanted = [*wanted, *(name for name in added if name not in wanted)]
        if wanted is not None and sorted(map(str, names)) != sorted(wanted):
            twice = [str(name) for name in names if names.count(name) > 1]
            extra = [str(n) for n in names if n not in wanted] or sorted(set(wanted) - set(map(str, names))) or twice
            index = names.index(extra[0]) if extra[0] in names else 0
            who = f"{extra[0]} twice" if extra is twice else extra[0]
            message = f"{obj!r} has {who} in {key}, where its components have {', '.join(wanted) or 'none'}"
            yield Violation(obj, (*obj.pod_pointer, key, index), message, FURTHER)
    for index, volume in enumerate(obj.sequence(*obj.pod_pointer, "volumes")):
        if _plain(app, volume) not in app.inventory.volumes and not (expected is not None and _harmless(volume)):
            name = volume.get("name") if isinstance(volume, dict) else volume
            yield Violation(obj, (*obj.pod_pointer, "volumes", index), f"{obj!r}: the volume {name} is of no component")
    for name, pointer in named(obj.get(*obj.pod_pointer), obj.pod_pointer):
        if name not in secrets:
            yield Violation(obj, pointer, f"{obj!r}: Secret {name} is neither yours nor a component's")


def _plain(app: App, volume: Any) -> Any:
    """Return a volume with a generated config map's name without its hash, as the library's files have it."""
    source = volume.get("configMap") if isinstance(volume, dict) else None
    name = source.get("name") if isinstance(source, dict) else None
    if isinstance(name, str) and name in app.hashed_names:
        return {**volume, "configMap": {**source, "name": app.hashed_names[name]}}
    return volume


def _harmless(volume: Any) -> bool:
    """Whether a volume holds nothing but Secrets and config maps."""
    if not isinstance(volume, dict) or len(volume) != 2 or "name" not in volume:
        return False
    if "projected" in volume and isinstance(volume["projected"], dict):
        sources = volume["projected"].get("sources") or []
        return isinstance(sources, list) and all(
            isinstance(s, dict) and set(s) <= {"secret", "configMap"} for s in sources
        )
    return "secret" in volume or "configMap" in volume
