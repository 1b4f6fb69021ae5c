"""The Job migrate mounts a volume that the site holds.

What: a Job or CronJob that mounts a ReadWriteOnce claim, and isn't bound to the node of a StatefulSet that has it, as
with storage/one-node.
Why: the site's pod has the volume on its node. The Job waits for it, on another node for ever, the sync waits for the
Job, and no release gets through any more. At the first sync the volume isn't even there: it comes with the site, a
wave later.

Bad:

    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: media
    spec:
      accessModes: [ReadWriteOnce]
    ---
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: migrate
    spec:
      template:
        spec:
          volumes: [{name: media, persistentVolumeClaim: {claimName: media}}]

Good:

    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: media
    spec:
      accessModes: [ReadWriteMany]
    ---
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: migrate
    spec:
      template:
        spec:
          volumes: [{name: media, persistentVolumeClaim: {claimName: media}}]

Fix: write files from the running site or a task instead, or take storage/one-node, storage/cephfs or storage/nfs.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import Advice
from .. import Problem
from .._volumes import holder, of_one_node

ID = "migrate-media"
HINT = Advice(
    "write files from the running site or a task",
    "storage that many pods can mount",
    "list storage/one-node, storage/cephfs or storage/nfs",
)


def check(app: App) -> Iterator[Problem]:
    """Yield the Jobs that mount a volume for one node."""
    for obj in app.of_kind("Job", "CronJob"):
        for reference, claim in of_one_node(obj, app):
            if holder(obj, claim, app) is None:
                message = f"{obj.kind} {obj.name} mounts {reference.name}, which the site's pod holds on its node"
                yield Problem(message, obj, reference.pointer)
