"""A volume claim, a volume or a service account that isn't there.

What: pods that mount a PersistentVolumeClaim or run as a ServiceAccount that the app doesn't have; a claim without
storage class for which there is no PersistentVolume; a PersistentVolume for another namespace or claim, too small, or
that is deleted with its claim.
Why: the pod stays Pending (or is never made), or the claim is never bound.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers: [{name: web}]
          volumes:
            - name: media
              persistentVolumeClaim: {claimName: media}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers: [{name: web}]
          volumes:
            - name: media
              persistentVolumeClaim: {claimName: media}
    ---
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata:
      name: media
    spec:
      storageClassName: rook-cephfs
      accessModes: [ReadWriteMany]

Fix: list the component that brings it, storage/... or nfs-server, in the platform's kustomization.yaml.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...finding import Advice
from ...kubernetes import quantity
from ...render.objects import Object
from .. import Problem

ID = "claim-exists"
HINT = Advice("delete what names it", "the component that brings it", "list the component that brings it")
COVERS = ("kube-linter:non-existent-service-account",)


def check(app: App) -> Iterator[Problem]:
    """Yield what pods need and don't get, and claims and volumes that don't fit."""
    yield from _pods(app)
    volumes = {_claim_of(volume): volume for volume in app.of_kind("PersistentVolume")}
    for claim in app.of_kind("PersistentVolumeClaim"):
        volume = volumes.pop((app.namespace, claim.name), None)
        if volume is not None:
            yield from _bound(claim, volume)
        elif claim.get("spec", "storageClassName") == "":
            message = f"no PersistentVolume has a claimRef to {claim.name} in {app.namespace}"
            hint = "write the app's namespace and the claim's name under claimRef in media-volume.yaml"
            yield Problem(message, claim, ("spec", "storageClassName"), hint=hint)
    for (namespace, name), volume in volumes.items():
        message = f"the volume is for the claim {namespace}/{name}, which this app doesn't have"
        yield Problem(
            message[:300], volume, ("spec", "claimRef"), hint=f"write namespace: {app.namespace}, name: media"
        )


def _pods(app: App) -> Iterator[Problem]:
    accounts = {"default"} | {obj.name for obj in app.of_kind("ServiceAccount")}
    claims = {obj.name for obj in app.of_kind("PersistentVolumeClaim")}
    for obj in workloads.workloads(app):
        for reference in workloads.claims(obj):
            if reference.name not in claims:
                message = f"there is no PersistentVolumeClaim {reference.name[:80]} in this app"
                yield Problem(message, obj, reference.pointer)
        account = obj.pod.get("serviceAccountName", "default")
        if str(account) not in accounts:
            message = f"there is no ServiceAccount {str(account)[:80]} in this app"
            pointer = (*(obj.pod_pointer or ()), "serviceAccountName")
            yield Problem(message, obj, pointer, hint="write app, or add the ServiceAccount")


def _claim_of(volume: Object) -> tuple[str, str]:
    reference = volume.mapping("spec", "claimRef")
    return str(reference.get("namespace", "")), str(reference.get("name", ""))


def _bound(claim: Object, volume: Object) -> Iterator[Problem]:
    asked = claim.get("spec", "resources", "requests", "storage")
    size = volume.get("spec", "capacity", "storage")
    if quantity.amount(size) < quantity.amount(asked):
        message = f"the volume has {size or 'no capacity'} and claim {claim.name} asks for {asked}"
        yield Problem(message, volume, ("spec", "capacity", "storage"), hint=f"write {asked}")
    missing = [
        mode for mode in claim.sequence("spec", "accessModes") if mode not in volume.sequence("spec", "accessModes")
    ]
    if missing:
        message = f"claim {claim.name} asks for {missing[0]}, which the volume lacks"
        yield Problem(message, volume, ("spec", "accessModes"), hint=f"write {missing[0]}")
    if claim.get("spec", "storageClassName") != volume.get("spec", "storageClassName"):
        message = f"claim {claim.name} and its volume have different storage classes"
        yield Problem(message, volume, ("spec", "storageClassName"), hint='write storageClassName: "" in both')
    if volume.get("spec", "persistentVolumeReclaimPolicy", default="Retain") != "Retain":
        message = "the files are deleted with the claim"
        hint = "write persistentVolumeReclaimPolicy: Retain"
        yield Problem(message, volume, ("spec", "persistentVolumeReclaimPolicy"), hint=hint)
