"""What the rules about volumes share: which attach to one node only, and whose pods go where another's already are."""

from collections.abc import Iterator

from ..app import workloads
from ..app.app import App
from ..render.objects import Object
from ._pods import runs_init

_NODE = "kubernetes.io/hostname"
_REQUIRED = ("affinity", "podAffinity", "requiredDuringSchedulingIgnoredDuringExecution")


def one_node(claim: Object) -> bool:
    """Whether a claim's volume attaches to one node only."""
    modes = claim.sequence("spec", "accessModes")
    return bool(modes) and all(mode in ("ReadWriteOnce", "ReadWriteOncePod") for mode in modes)


def one_pod(claim: Object) -> bool:
    """Whether one pod only may have a claim's volume."""
    return one_node(claim) and "ReadWriteOncePod" in claim.sequence("spec", "accessModes")


def one_at_a_time(obj: Object, app: App) -> bool:
    """Whether a workload's pods can't run beside each other: for /init in them, or for a volume for one node."""
    return runs_init(obj) or any(holder(obj, claim, app) is None for _, claim in of_one_node(obj, app))


def of_one_node(obj: Object, app: App) -> Iterator[tuple[workloads.Reference, Object]]:
    """Yield the claims for one node that a workload's pods mount, each with where the pod says so."""
    for reference in workloads.claims(obj):
        claim = app.find("PersistentVolumeClaim", reference.name)
        if claim and one_node(claim):
            yield reference, claim


def holder(obj: Object, claim: Object, app: App) -> Object | None:
    """Return the StatefulSet of one pod that has a claim, and to whose node all pods of `obj` are bound.

    A Deployment is none: its next pod may start on another node, and wait there for those that are bound to this one.
    """
    if one_pod(claim):
        return None
    for term in obj.sequence(*(obj.pod_pointer or ()), *_REQUIRED):
        if isinstance(term, dict) and term.get("topologyKey") == _NODE and _in_the_namespace(term):
            for other in app.of_kind("StatefulSet"):
                has_it = any(reference.name == claim.name for reference in workloads.claims(other))
                chosen = workloads.matches(term.get("labelSelector"), workloads.pod_labels(other))
                if other is not obj and has_it and chosen and workloads.replicas(other) <= 1:
                    return other
    return None


def _in_the_namespace(term: dict) -> bool:
    return not any(key in term for key in ("namespaces", "namespaceSelector", "mismatchLabelKeys"))
