"""A rollout that is given up before its start may be over.

What: a Deployment whose startup probe may go on for as long as progressDeadlineSeconds, or longer.
Why: Kubernetes calls the rollout failed and ArgoCD the app Degraded, while the site is still starting; the next commit
begins anew.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      progressDeadlineSeconds: 420
      template:
        spec:
          containers:
            - name: web
              startupProbe: {httpGet: {path: /, port: http}, periodSeconds: 5, failureThreshold: 120}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      progressDeadlineSeconds: 420
      template:
        spec:
          containers:
            - name: web
              startupProbe: {httpGet: {path: /, port: http}, periodSeconds: 5, failureThreshold: 60}

Fix: let the site start sooner, and do what takes long in `/init` or a task; or ask the platform for a longer deadline.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import WARNING, Advice
from ...render.objects import Object
from .. import Problem
from .._pods import probes

ID = "startup-deadline"
KINDS = ("Deployment",)
SEVERITY = WARNING
HINT = Advice(
    "lower startupProbe's failureThreshold, and do in /init what takes long",
    "a longer progressDeadlineSeconds",
    "patch progressDeadlineSeconds to two minutes more",
)
_DEFAULTS = {"initialDelaySeconds": 0, "periodSeconds": 10, "failureThreshold": 3}
_DEADLINE = 600
"""Kubernetes' own, where none is set."""


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield the startup probes that may go on for too long."""
    deadline = obj.get("spec", "progressDeadlineSeconds", default=_DEADLINE)
    for container, field, pointer in probes(obj):
        if field != "startupProbe" or not isinstance(container.data[field], dict):
            continue
        delay, period, failures = (container.data[field].get(key, value) for key, value in _DEFAULTS.items())
        if all(isinstance(value, int) for value in (deadline, delay, period, failures)):
            seconds = delay + period * failures
            if seconds >= deadline:
                message = (
                    f"{container.name} may take {seconds} s to start, and the rollout is given up after {deadline} s"
                )
                yield Problem(message, obj, pointer)
