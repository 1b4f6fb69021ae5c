"""A database that keeps its node from being emptied.

What: a CloudNativePG Cluster of one instance for which the operator makes a PodDisruptionBudget, as it does by
default.
Why: the budget never lets the only instance go: `kubectl drain` waits for ever, and with it each update of the nodes.

Bad:

    apiVersion: postgresql.cnpg.io/v1
    kind: Cluster
    metadata:
      name: database
    spec:
      instances: 1

Good:

    apiVersion: postgresql.cnpg.io/v1
    kind: Cluster
    metadata:
      name: database
    spec:
      instances: 2

Fix: order a second instance in sizing.yaml, or accept that a drain stops the database: patch enablePDB: false.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "database-drain"
KINDS = ("Cluster",)
HINT = "write database.instances: 2 or more in sizing.yaml, or patch enablePDB: false"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield the Clusters of one instance that have a budget."""
    if workloads.replicas(obj) == 1 and obj.get("spec", "enablePDB", default=True) is True:
        message = f"the operator's budget keeps the only instance of {obj.name} on its node"
        yield Problem(message, obj, ("spec", "instances"))
