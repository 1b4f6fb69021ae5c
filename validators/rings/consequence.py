"""What a change of an object does to an app that runs: from what can't be applied, or loses data, to nothing to see."""

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from ..check.compare import OBJECT, Change
from ..kubernetes import quantity


class Consequence(IntEnum):
    """The worst first."""

    IMMUTABLE = 0
    STORAGE = 1
    DATABASE = 2
    ORDER = 3
    REMOVED = 4
    RESTART = 5
    OTHER = 6


TEXTS = {
    Consequence.IMMUTABLE: "can't be changed: the sync fails",
    Consequence.STORAGE: "storage: data may be lost",
    Consequence.DATABASE: "the database or Valkey restarts",
    Consequence.ORDER: "another order of the sync",
    Consequence.REMOVED: "an object goes",
    Consequence.RESTART: "pods are replaced",
    Consequence.OTHER: "",
}
# As the API server's validation of updates says: all else of spec is refused once the object is there. Of a Deployment it is
# the other way round: all but the selector may change.
_MUTABLE = {
    "StatefulSet": (
        "replicas",
        "ordinals",
        "template",
        "updateStrategy",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "minReadySeconds",
    ),
    "PersistentVolumeClaim": ("resources", "volumeAttributesClassName"),
    "PersistentVolume": (
        "capacity",
        "accessModes",
        "mountOptions",
        "persistentVolumeReclaimPolicy",
        "claimRef",
        "storageClassName",
        "nodeAffinity",
    ),
}
_IMMUTABLE = {
    "Deployment": ("spec.selector",),
    "Service": ("spec.clusterIP", "spec.clusterIPs"),
    "Secret": ("type",),
    "Job": (),  # a hook, deleted before it is made again
}
_KEEPS_DATA = ("PersistentVolumeClaim", "PersistentVolume", "Namespace", "Cluster", "StatefulSet")
_DATABASES = ("StatefulSet/database", "StatefulSet/valkey", "Cluster/database")
_STORAGE_FIELDS = (
    "storageClass",
    "storageClassName",
    "accessModes",
    "persistentVolumeClaim",
    "claimName",
    "walStorage",
)
_ORDER_FIELDS = ("argocd.argoproj.io/sync-wave", "argocd.argoproj.io/hook")
_PODS = ("Deployment", "StatefulSet")


def of(change: Change) -> Consequence:
    """Return the worst that a change does."""
    kind = change.object.partition("/")[0]
    if change.what == OBJECT:
        if change.after is not None:
            return Consequence.OTHER
        return Consequence.STORAGE if kind in _KEEPS_DATA else Consequence.REMOVED
    if _immutable(kind, change.field):
        return Consequence.IMMUTABLE
    if _storage(change):
        return Consequence.STORAGE
    if change.object in _DATABASES and change.field.startswith("spec."):
        return Consequence.DATABASE
    if any(name in text for name in _ORDER_FIELDS for text in _keys(change)):
        return Consequence.ORDER
    if kind in _PODS and change.field.startswith("spec.template."):
        return Consequence.RESTART
    return Consequence.OTHER


def _immutable(kind: str, field: str) -> bool:
    if kind in _MUTABLE:
        return field.startswith("spec.") and not any(_below(field, f"spec.{name}") for name in _MUTABLE[kind])
    return any(_below(field, name) for name in _IMMUTABLE.get(kind, ()))


def _below(field: str, name: str) -> bool:
    return field == name or field.startswith((f"{name}.", f"{name}["))


def _keys(change: Change) -> Iterator[str]:
    """Yield the field, and the keys of a mapping that comes or goes with it as a whole."""
    yield change.field
    for value in (change.before, change.after):
        yield from value if isinstance(value, dict) else ()


def _storage(change: Change) -> bool:
    tokens = change.field.replace("[", ".[").split(".")
    if any(token in _STORAGE_FIELDS for token in tokens) or _names(change.before) or _names(change.after):
        return True
    return tokens[-1] in ("storage", "size") and _shrinks(change)


def _names(value: Any) -> bool:
    """Whether a value that comes or goes as a whole says where data lies: a volume of a claim."""
    return isinstance(value, dict) and "persistentVolumeClaim" in value


def _shrinks(change: Change) -> bool:
    before, after = quantity.parse(change.before), quantity.parse(change.after)
    return before is not None and (after is None or after < before)
