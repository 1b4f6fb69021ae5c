"""Waves in an order in which the first sync never ends.

What: waves that aren't whole numbers; the Job migrate in the wave of the Deployments or after it; a SealedSecret,
database, ConfigMap or service account in a later wave than the pods that need it; a claim in another wave than its
first pod.
Why: ArgoCD goes on to the next wave when all of a wave is healthy. A pod that waits for what comes later never is;
neither is a claim of a class that binds when a pod uses it; and a release would run before its migration.

Bad:

    apiVersion: batch/v1
    kind: Job
    metadata:
      name: migrate
      annotations: {argocd.argoproj.io/hook: Sync, argocd.argoproj.io/sync-wave: "2"}
    spec:
      template: {metadata: {labels: {hosting.ungleich.ch/image: app}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      annotations: {argocd.argoproj.io/sync-wave: "2"}
    spec:
      template: {metadata: {labels: {hosting.ungleich.ch/image: app}}}

Good:

    apiVersion: batch/v1
    kind: Job
    metadata:
      name: migrate
      annotations: {argocd.argoproj.io/hook: Sync, argocd.argoproj.io/sync-wave: "1"}
    spec:
      template: {metadata: {labels: {hosting.ungleich.ch/image: app}}}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      annotations: {argocd.argoproj.io/sync-wave: "2"}
    spec:
      template: {metadata: {labels: {hosting.ungleich.ch/image: app}}}

Fix: -3 namespace, -2 quota, policies and service account, -1 SealedSecrets and database, 1 migrate, 2 Deployments and
the claims they mount.
"""

import re
from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...render.objects import Object
from .. import Problem
from .._volumes import holder, of_one_node

ID = "sync-wave"
HINT = "write -1 for SealedSecrets and database, 1 for migrate, 2 for Deployments and the claims they mount"

WAVE = "argocd.argoproj.io/sync-wave"
_AT = ("metadata", "annotations", WAVE)
_WHOLE = re.compile(r"-?[0-9]{1,9}\Z")


def check(app: App) -> Iterator[Problem]:
    """Yield waves that can't work."""
    for obj in app.objects:
        value = obj.annotations.get(WAVE)
        if value is not None and not (isinstance(value, str) and _WHOLE.match(value)):
            hint = 'write a whole number in quotes, "1"'
            yield Problem(f"the wave {str(value)[:40]!r} isn't a whole number in quotes", obj, _AT, hint=hint)
    yield from _migrate(app)
    yield from _providers(app)
    yield from _claims(app)


def wave(obj: Object) -> int:
    """Return the wave of an object, 0 where it says none."""
    value = obj.annotations.get(WAVE)
    return int(value) if isinstance(value, str) and _WHOLE.match(value) else 0


def _migrate(app: App) -> Iterator[Problem]:
    jobs = [obj for obj in app.of_kind("Job") if obj.runs_customer_image]
    releases = [obj for obj in app.of_kind("Deployment") if obj.runs_customer_image]
    for job in jobs:
        early = [obj for obj in releases if wave(obj) <= wave(job)]
        if early:
            message = f"Job {job.name} is in wave {wave(job)} and {early[0]!r} in {wave(early[0])}"
            hint = f"write a wave below {wave(early[0])} for the Job"
            yield Problem(f"{message}: the release would run before its migration", job, _AT, hint=hint)


def _providers(app: App) -> Iterator[Problem]:
    """Yield what comes after the pods that need it, once each."""
    secrets = {obj.name: obj for obj in app.of_kind("SealedSecret", "Secret")}
    secrets |= {f"{obj.name}-app": obj for obj in app.of_kind("Cluster")}
    maps = {obj.name: obj for obj in app.of_kind("ConfigMap")}
    needs = [(reference.obj, secrets.get(reference.name)) for reference in workloads.secret_references(app)]
    needs += [(reference.obj, maps.get(reference.name)) for reference in workloads.config_map_references(app)]
    accounts = {obj.name: obj for obj in app.of_kind("ServiceAccount")}
    needs += [(obj, accounts.get(str(obj.pod.get("serviceAccountName")))) for obj in workloads.workloads(app)]
    if database := app.find("StatefulSet", "database"):
        needs += [(obj, database) for obj in workloads.workloads(app) if obj.runs_customer_image]
    for obj in workloads.workloads(app):
        needs += [(obj, holder(obj, claim, app)) for _, claim in of_one_node(obj, app)]
    reported: set[Object] = set()
    for user, provider in needs:
        if provider is None or provider in reported or user.pod_pointer is None or not workloads.replicas(user):
            continue
        # Whoever waits for /init waits for all of its wave: what it needs has to be done by then.
        strictly = user.kind == "Job" and provider.kind in ("SealedSecret", "StatefulSet", "Cluster")
        if wave(provider) > wave(user) or (strictly and wave(provider) == wave(user)):
            reported.add(provider)
            message = f"{provider!r} is in wave {wave(provider)}, and {user!r} in {wave(user)} needs it"
            yield Problem(message, provider, _AT, hint=f"write a wave below {wave(user)}")


def _claims(app: App) -> Iterator[Problem]:
    users: dict[str, Object] = {}
    for obj in filter(workloads.replicas, workloads.workloads(app)):  # without a pod nothing waits for its claim
        for reference in workloads.claims(obj):
            first = users.setdefault(reference.name, obj)
            users[reference.name] = min(first, obj, key=wave)
    for claim in app.of_kind("PersistentVolumeClaim"):
        user = users.get(claim.name)
        if user is None:
            continue
        # A claim with a volume of its own binds at once, and may come early.
        late = wave(claim) > wave(user)
        if late or (wave(claim) < wave(user) and claim.get("spec", "storageClassName") != ""):
            message = f"the claim is in wave {wave(claim)} and {user!r}, the first to mount it, in {wave(user)}"
            yield Problem(message, claim, _AT, hint=f'write "{wave(user)}"')
