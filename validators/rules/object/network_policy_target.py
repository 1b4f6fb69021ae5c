"""A NetworkPolicy that is about nobody.

What: a NetworkPolicy that selects no pod of the app, or whose rule names pods of the app that aren't there.
Why: a wrong label leaves the pod that was meant as it was: closed, so that it doesn't work, or open.

Bad:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: valkey-from-app}
    spec:
      podSelector:
        matchLabels: {app.kubernetes.io/name: redis}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: valkey}
    spec:
      template:
        metadata:
          labels: {app.kubernetes.io/name: valkey}

Good:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: valkey-from-app}
    spec:
      podSelector:
        matchLabels: {app.kubernetes.io/name: valkey}
    ---
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: valkey}
    spec:
      template:
        metadata:
          labels: {app.kubernetes.io/name: valkey}

Fix: write the labels of the pods' template.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "network-policy-target"
KINDS = ("NetworkPolicy",)
HINT = "write the labels of the pods' template, or delete the policy"
COVERS = (
    "kube-linter:dangling-networkpolicy",
    "kube-linter:dangling-networkpolicypeer-podselector",
    "kube-score:networkpolicy-targets-pod",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each selector that selects nothing."""
    if _misses(obj, app, ("spec", "podSelector")):
        yield Problem("selects no pod of the app", obj, ("spec", "podSelector"))
    for direction, key in (("ingress", "from"), ("egress", "to")):
        for index, _ in enumerate(obj.sequence("spec", direction)):
            for position, _ in enumerate(obj.sequence("spec", direction, index, key)):
                peer = ("spec", direction, index, key, position)
                inside = obj.get(*peer, "namespaceSelector") is None
                if inside and _misses(obj, app, (*peer, "podSelector")):
                    yield Problem(
                        f"an {direction} rule names pods that the app doesn't have", obj, (*peer, "podSelector")
                    )


def _misses(obj: Object, app: App, pointer: Pointer) -> bool:
    """Whether a selector that says something selects nothing."""
    selector = obj.mapping(*pointer)
    return bool(selector) and not workloads.operator_pods(selector) and not workloads.selected(app, selector)
