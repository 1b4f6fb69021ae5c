"""A Secret, or a key of one, that nobody provides.

What: variables, envFrom, files and imagePullSecrets that name a Secret for which the app has no SealedSecret, or a
key that it doesn't hold. Secrets that CloudNativePG writes are known; `optional: true` is left alone.
Why: the pod stays in CreateContainerConfigError and the release never comes up; without the registry's it can't be
pulled.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              envFrom: [{secretRef: {name: app}}]

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              envFrom: [{secretRef: {name: app}}]
    ---
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: app
    spec:
      encryptedData: {SECRET_KEY: AgBx}

Fix: `make seal CUSTOMER=... APP=... SECRET=app KEY=SECRET_KEY`, which also lists the file under resources.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...render.objects import Object
from .. import Problem, _seal

ID = "secret-exists"
HINT = "seal it with make seal, which also lists the file under resources"
COVERS = ("kube-linter:env-value-from",)

# What CloudNativePG 1.30 writes for a Cluster: https://cloudnative-pg.io/docs/1.30/applications#secrets
_APP_KEYS = {"username", "user", "password", "dbname", "host", "port", "uri", "jdbc-uri", "pgpass"}
_FQDN_KEYS = {"fqdn-uri", "fqdn-jdbc-uri"}


def check(app: App) -> Iterator[Problem]:
    """Yield each missing Secret or key once, at the first place that names it."""
    there = _provided(app)
    reported: set[tuple[str, str]] = set()
    for reference in workloads.secret_references(app):
        keys = there.get(reference.name)
        if keys is not None and (not reference.key or reference.key in keys):
            continue
        what = (reference.name, reference.key if keys is not None else "")
        if what in reported:
            continue
        reported.add(what)
        if keys is None:
            message = f"there is no Secret {reference.name[:80]} in this app"
            yield Problem(message, reference.obj, reference.pointer, hint=_hint(app, *reference[:2]))
        else:
            has = ", ".join(sorted(keys)[:8]) or "nothing"
            message = f"Secret {reference.name} has no key {reference.key[:80]}"
            hint = f"write one of its keys ({has[:200]}), or seal {reference.key[:80]}"
            yield Problem(message, reference.obj, reference.pointer, hint=hint)


def _provided(app: App) -> dict[str, set[str]]:
    """Return the Secrets that there will be, with their keys."""
    secrets: dict[str, set[str]] = {}
    for obj in app.of_kind("SealedSecret", "Secret"):
        maps = (
            obj.mapping("spec", "encryptedData"),
            obj.mapping("spec", "template", "data"),
            obj.mapping("data"),
            obj.mapping("stringData"),
        )
        secrets.setdefault(obj.name, set()).update(str(key) for keys in maps for key in keys)
    for obj in app.of_kind("Cluster"):
        secrets.update(_operator(obj))
    return secrets


def _operator(cluster: Object) -> dict[str, set[str]]:
    name = cluster.name
    secrets = {
        f"{name}-app": _APP_KEYS | _FQDN_KEYS,
        f"{name}-ca": {"ca.crt", "ca.key"},
        f"{name}-server": {"tls.crt", "tls.key"},
        f"{name}-replication": {"tls.crt", "tls.key"},
    }
    if cluster.get("spec", "enableSuperuserAccess") is True:
        secrets[f"{name}-superuser"] = _APP_KEYS | _FQDN_KEYS
    return secrets


def _hint(app: App, name: str, key: str) -> str:
    if name == "database-app":
        return "list a component postgres/... in the platform's kustomization.yaml, and its database-secret.yaml"
    return f"seal it: {_seal.command(app, name, key)}"
