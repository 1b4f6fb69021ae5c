"""A new release takes the site down.

What: a Deployment of several replicas that is recreated, or that may lose all of them at once; one that is paused; and
a StatefulSet with OnDelete. Where /init runs in the pods, or a volume attaches to one node, Recreate is right and the
replicas are wrong: init-replicas and rwo-writers say so.
Why: several replicas are paid for so that a release goes unnoticed; and a release that never arrives is noticed late.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      strategy: {type: Recreate}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 3
      strategy:
        type: RollingUpdate
        rollingUpdate: {maxUnavailable: 0, maxSurge: 1}

Fix: RollingUpdate with maxUnavailable 0; Recreate only where one replica holds a ReadWriteOnce volume.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import replicas, share
from ...render.objects import Object
from .. import Problem
from .._pods import SCALED, served
from .._volumes import one_at_a_time

ID = "rollout-strategy"
KINDS = SCALED
HINT = "write strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}"
COVERS = ("kube-score:deployment-strategy", "kube-linter:no-rolling-update-strategy")
_STRATEGY = ("spec", "strategy")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each way in which a release fails or is noticed."""
    if obj.kind == "StatefulSet":
        if obj.get("spec", "updateStrategy", "type") == "OnDelete":
            pointer = ("spec", "updateStrategy", "type")
            yield Problem("OnDelete: a change waits until somebody deletes pods", obj, pointer, hint="delete the line")
        return
    if obj.get("spec", "paused", default=False) is not False:
        yield Problem("paused: no change is rolled out", obj, ("spec", "paused"), hint="delete the line")
    if obj.get(*_STRATEGY, "type") != "Recreate":
        yield from _rolling(obj, app)
        return
    if replicas(obj) > 1 and not one_at_a_time(obj, app):
        yield Problem(f"Recreate ends all {replicas(obj)} replicas before a new one starts", obj, (*_STRATEGY, "type"))


def _rolling(obj: Object, app: App) -> Iterator[Problem]:
    wanted, pointer = replicas(obj), (*_STRATEGY, "rollingUpdate")
    lost = share(obj.get(*pointer, "maxUnavailable", default="25%"), wanted, up=False)
    if lost and lost >= wanted > 0 and served(obj, app):
        message = f"a release may end all of the {wanted} at once"
        yield Problem(message, obj, (*pointer, "maxUnavailable"))
