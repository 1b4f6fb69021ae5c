"""The liveness probe asks the same as the readiness probe.

What: a livenessProbe with the same action as the readinessProbe, whatever its timings are.
Why: a busy site that answers late should get less traffic, not be killed: a restart drops its requests, and the traffic
moves on to the next pod, until none is left.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              readinessProbe: {httpGet: {path: /, port: http}}
              livenessProbe: {httpGet: {path: /, port: http}}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              readinessProbe: {httpGet: {path: /, port: http}}
              livenessProbe: {tcpSocket: {port: http}}

Fix: let readiness ask the page, and liveness only whether the port is open.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import probe_action

ID = "probes-identical"
KINDS = WORKLOADS
HINT = "write livenessProbe: {tcpSocket: {port: http}}"
COVERS = ("kube-score:pod-probes-identical", "kube-score:pod-probes")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each container whose two probes do the same."""
    for container in obj.containers():
        liveness = probe_action(obj, container, "livenessProbe")
        if liveness and liveness == probe_action(obj, container, "readinessProbe"):
            # Whoever wrote one of the two like the other: the base's differ.
            pointers = [(*container.pointer, probe) for probe in ("livenessProbe", "readinessProbe")]
            pointer = app.written_by_app(obj, pointers)
            yield Problem(f"container {container.name} is restarted for what only makes it busy", obj, pointer)
