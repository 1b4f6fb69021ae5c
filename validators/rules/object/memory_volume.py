"""The app's files are kept in memory.

What: an emptyDir with a `medium` (Memory, HugePages) in a pod of the customer's image.
Why: each file in it counts as the app's memory: a big upload to /tmp ends in the app being killed, not in an error.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        metadata:
          labels: {hosting.ungleich.ch/image: app}
        spec:
          volumes:
            - name: tmp
              emptyDir: {medium: Memory}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        metadata:
          labels: {hosting.ungleich.ch/image: app}
        spec:
          volumes:
            - name: tmp
              emptyDir: {}

Fix: write `emptyDir: {}`. A cache in memory is what valkey is for.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS, volumes
from ...render.objects import Object
from .. import Problem

ID = "memory-volume"
KINDS = WORKLOADS
HINT = "write emptyDir: {}, which is on the node's disk"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each volume in memory of a pod that runs the customer's image."""
    for volume, at in volumes(obj) if obj.runs_customer_image else ():
        pointer = (*at, "emptyDir", "medium")
        if obj.get(*pointer):
            yield Problem(f"volume {volume.get('name')} takes the app's memory for files", obj, pointer)
