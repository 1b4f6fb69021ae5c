"""Nobody asks whether the app works.

What: a container that a Service sends traffic to, without a startupProbe, readinessProbe or livenessProbe.
Why: without readiness visitors reach a site that is still starting; without liveness one that hangs stays; without a
startup probe a slow start counts as hanging.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        metadata:
          labels: {app.kubernetes.io/name: web}
        spec:
          containers:
            - name: web
              ports: [{name: http, containerPort: 8000}]
              readinessProbe: {httpGet: {path: /, port: http}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app.kubernetes.io/name: web}
      ports: [{port: 80, targetPort: http}]

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        metadata:
          labels: {app.kubernetes.io/name: web}
        spec:
          containers:
            - name: web
              ports: [{name: http, containerPort: 8000}]
              startupProbe: {httpGet: {path: /, port: http}}
              readinessProbe: {httpGet: {path: /, port: http}}
              livenessProbe: {tcpSocket: {port: http}}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      selector: {app.kubernetes.io/name: web}
      ports: [{port: 80, targetPort: http}]

Fix: take the three probes of base/web/deployment.yaml and change their path and timings.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import ACTIONS, PROBES, served

ID = "probes-missing"
KINDS = WORKLOADS
HINT = "copy the probe from base/web/deployment.yaml"
COVERS = (
    "checkov:CKV_K8S_8",
    "checkov:CKV_K8S_9",
    "kube-linter:no-liveness-probe",
    "kube-linter:no-readiness-probe",
    "kube-linter:no-startup-probe",
    "kube-score:pod-probes",
    "polaris:livenessProbeMissing",
    "polaris:readinessProbeMissing",
    "kubescape:C-0018",
    "kubescape:C-0056",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each probe that is missing or asks nothing."""
    for container in served(obj, app):
        for probe in PROBES:
            pointer = (*container.pointer, probe)
            if not any(obj.get(*pointer, action) for action in ACTIONS):
                yield Problem(f"container {container.name} gets traffic but has no {probe}", obj, pointer)
