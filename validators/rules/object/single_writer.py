"""Several database servers write into one volume.

What: a StatefulSet of several replicas whose pods all mount the same PersistentVolumeClaim.
Why: PostgreSQL, valkey and NFS servers each think that they are alone with their files: two of them destroy them.

Bad:

    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: database}
    spec:
      replicas: 2
      template:
        spec:
          volumes:
            - name: data
              persistentVolumeClaim: {claimName: database}

Good:

    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: database}
    spec:
      replicas: 1
      template:
        spec:
          volumes:
            - name: data
              persistentVolumeClaim: {claimName: database}

Fix: one replica. For a database of several instances the platform has the component postgres/cnpg.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import replicas, volumes
from ...render.objects import Object
from .. import Problem

ID = "single-writer"
KINDS = ("StatefulSet",)
HINT = "write replicas: 1"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each volume that several replicas would write."""
    for _, pointer in volumes(obj) if replicas(obj) > 1 else ():
        if claim := obj.get(*pointer, "persistentVolumeClaim", "claimName"):
            message = f"{replicas(obj)} servers write into the one volume {claim}"
            yield Problem(message, obj, ("spec", "replicas"))
