"""Synchronous replication that the operator refuses.

What: a CloudNativePG Cluster that waits for as many replicas as it has instances, or for more.
Why: one of the instances is the primary, so they can never all confirm a write: the operator's webhook refuses the Cluster,
and with it the sync fails.

Bad:

    apiVersion: postgresql.cnpg.io/v1
    kind: Cluster
    metadata:
      name: database
    spec:
      instances: 1
      postgresql:
        synchronous: {method: any, number: 1}

Good:

    apiVersion: postgresql.cnpg.io/v1
    kind: Cluster
    metadata:
      name: database
    spec:
      instances: 2
      postgresql:
        synchronous: {method: any, number: 1}

Fix: order another instance in sizing.yaml, or a smaller number.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "database-synchronous"
KINDS = ("Cluster",)
HINT = "write a larger database.instances in sizing.yaml, or a smaller number"
SYNCHRONOUS = ("spec", "postgresql", "synchronous")
NAMES = ("standbyNamesPre", "standbyNamesPost")
# The older way to say it.
OLDER = ("spec", "maxSyncReplicas")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield the Clusters that wait for more replicas than they can have."""
    instances = workloads.replicas(obj)
    standby = sum(len(obj.get(*SYNCHRONOUS, name, default=None) or ()) for name in NAMES)
    for path, others in (((*SYNCHRONOUS, "number"), standby), (OLDER, 0)):
        number = obj.get(*path, default=0)
        if isinstance(number, int) and number and number >= instances + others:
            message = f"{number} of {instances} instances of {obj.name} shall be replicas, and one is the primary"
            yield Problem(message, obj, path)
