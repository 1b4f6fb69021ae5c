"""Visitors lose their requests when a pod ends.

What: a container of the customer's image that a Service sends traffic to, without a preStop hook; and one whose preStop
delay is as long as its terminationGracePeriodSeconds (30 unless said), or longer.
Why: for some seconds after a pod is told to end, traffic still comes to it: it has to wait first. If the wait uses the
whole grace period up, the app is killed in the middle of its requests.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          terminationGracePeriodSeconds: 10
          containers:
            - name: web
              lifecycle: {preStop: {sleep: {seconds: 10}}}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          terminationGracePeriodSeconds: 60
          containers:
            - name: web
              lifecycle: {preStop: {sleep: {seconds: 10}}}

Fix: wait 10 seconds in preStop, and grant as long as the longest request takes besides.
"""

import re
from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Container, Object
from .. import Problem
from .._pods import command_line, served

ID = "graceful-stop"
KINDS = WORKLOADS
HINT = "write lifecycle: {preStop: {sleep: {seconds: 10}}} and terminationGracePeriodSeconds: 60"
_SLEEP = re.compile(r"\bsleep\s+(\d{1,6})\b")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each container that ends too early or is killed too early."""
    pod = obj.pod_pointer or ()
    grace = obj.get(*pod, "terminationGracePeriodSeconds", default=30)
    reached = {container.pointer for container in served(obj, app)} if obj.runs_customer_image else set()
    for container in obj.containers():
        pointer = (*container.pointer, "lifecycle", "preStop")
        if container.pointer in reached and not obj.mapping(*pointer):
            yield Problem(f"container {container.name} stops while traffic still comes", obj, pointer)
        delay = _delay(obj, container)
        if delay and isinstance(grace, int) and delay >= grace:
            message = f"container {container.name} waits {delay} s of the {grace} s it has to end"
            yield Problem(message, obj, (*pod, "terminationGracePeriodSeconds"))


def _delay(obj: Object, container: Container) -> int:
    """Return for how many seconds a container's preStop hook waits, 0 where it doesn't."""
    pointer = (*container.pointer, "lifecycle", "preStop")
    seconds = obj.get(*pointer, "sleep", "seconds", default=0)
    found = _SLEEP.search(command_line(obj.get(*pointer, "exec", "command")))
    return max(seconds if isinstance(seconds, int) else 0, int(found[1]) if found else 0)
