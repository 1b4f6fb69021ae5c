"""/init in several pods at once.

What: component init-container together with more than one replica, or without Recreate.
Why: each pod runs /init at its start: two migrations at a time lock each other out or leave the schema half done, and
with a rolling update the old release runs on the new schema.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 2
      strategy: {type: Recreate}
      template:
        metadata: {labels: {hosting.ungleich.ch/image: app}}
        spec:
          initContainers: [{name: init, command: [/init]}]

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 1
      strategy: {type: Recreate}
      template:
        metadata: {labels: {hosting.ungleich.ch/image: app}}
        spec:
          initContainers: [{name: init, command: [/init]}]

Fix: delete the component init-container, so that the Job migrate runs /init once; or ask the platform for one replica.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...finding import Advice
from ...render.objects import Object
from .. import Problem
from .._pods import runs_init

ID = "init-replicas"
KINDS = ("Deployment",)
HINT = Advice(
    "delete the component init-container, so that the Job migrate runs /init once",
    "one replica",
    "write web.replicas: 1 in sizing.yaml, or let the customer delete init-container",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield Deployments whose /init could run twice at once."""
    if not runs_init(obj):
        return
    if (count := workloads.replicas(obj)) > 1:
        yield Problem(f"/init would run in {count} pods at once", obj, ("spec", "replicas"))
    if obj.get("spec", "strategy", "type") != "Recreate":
        message = "/init would run while the old release does"
        yield Problem(message, obj, ("spec", "strategy"), hint="write type: Recreate and rollingUpdate: null")
