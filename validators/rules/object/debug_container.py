"""A debugger stayed in the pod.

What: ephemeralContainers, and a container with `stdin` or `tty`.
Why: they are somebody's session from the command line that became a manifest; such a container waits for a person.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              stdin: true
              tty: true

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web
              stdin: false

Fix: delete the lines. For a look into a running pod ask the platform for `kubectl debug`, which isn't committed.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import of_pod

ID = "debug-container"
KINDS = WORKLOADS
HINT = "delete it"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each remainder of a debugging session."""
    value, pointer = of_pod(obj, "ephemeralContainers")
    if value:
        yield Problem("ephemeralContainers are for debugging a running pod", obj, pointer)
    for container in obj.containers():
        for field in ("stdin", "tty"):
            if obj.get(*container.pointer, field, default=False) is not False:
                yield Problem(f"container {container.name} waits for a terminal", obj, (*container.pointer, field))
