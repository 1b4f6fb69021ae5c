"""The Job migrate mounts a volume that the site holds.

What: a Job that mounts a ReadWriteOnce claim.
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

Fix: write files from the running site or a task instead, or take storage/cephfs or storage/nfs.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...finding import Advice
from .. import Problem
from .._pods import one_node

ID = "migrate-media"
HINT = Advice(
    "write files from the running site or a task",
    "storage that many pods can mount",
    "list storage/cephfs or storage/nfs",
)


def check(app: App) -> Iterator[Problem]:
    """Yield the Jobs that mount a volume for one node."""
    single = {obj.name for obj in app.of_kind("PersistentVolumeClaim") if one_node(obj)}
    for obj in app.of_kind("Job", "CronJob"):
        for reference in workloads.claims(obj):
            if reference.name in single:
                message = f"{obj.kind} {obj.name} mounts {reference.name}, which the site's pod holds on its node"
                yield Problem(message, obj, reference.pointer)
