"""A component without the SealedSecret it needs, or the other way round.

What: sealed-secrets and restart-on-change without SealedSecret `app`, private-registry without `registry`, a database
without the platform's sealed password; and SealedSecrets `app` and `registry` that no component uses.
Why: the build fails with `nothing selected`, or the pods wait for a Secret that never comes; an unused one looks as
if the app had the value, and it hasn't.

Bad:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    components:
      - ../../../../components/sealed-secrets

Good:

    # file: kustomization.yaml
    resources:
      - ../../../../base
      - app-secret.yaml
    components:
      - ../../../../components/sealed-secrets
    # file: app-secret.yaml
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: app
    spec:
      encryptedData: {SECRET_KEY: AgBx}

Fix: make seal, which writes the file, and lists it and the component.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...sources import references, values
from ...sources.folder import KUSTOMIZATION, Folder
from .. import Problem, _components, _seal

ID = "feature-secret"
HINT = "seal it with make seal, which also lists the file under resources"

_NEEDS = {"sealed-secrets": "app", "restart-on-change": "app", "private-registry": "registry"}
_USED_BY = {"app": "sealed-secrets", "registry": "private-registry"}
_FILES = "; sealed files are mounted without it, too: components/sealed-secrets/README.md"
_PASSWORD = ("postgres/standalone", "postgres/external")


def check(app: Sources) -> Iterator[Problem]:
    """Yield components without their SealedSecret, and SealedSecrets without their component."""
    if app.customer.files:
        yield from _customer(app)
    sealed = {name for name, _ in _sealed(app.platform)}
    for index, name in _components.listed(app.platform):
        if name in _PASSWORD and "database-app" not in sealed:
            place = app.place_in(app.platform, KUSTOMIZATION, ("components", index))
            hint = f"{_seal.command(app, 'database-app')}, and list database-secret.yaml under patches"
            yield Problem(f"{name} needs SealedSecret database-app, with a password", place=place, hint=hint)


def _customer(app: Sources) -> Iterator[Problem]:
    sealed = dict(_sealed(app.customer))
    missing: set[str] = set()
    for index, feature in _components.listed(app.customer):
        secret = _NEEDS.get(feature, "")
        if secret and secret not in sealed and secret not in missing:
            missing.add(secret)
            place = app.place_in(app.customer, KUSTOMIZATION, ("components", index))
            hint = f"{_seal.command(app, secret)}, or delete the component{_FILES if sealed else ''}"
            yield Problem(
                f"{feature} needs SealedSecret {secret}, which no file under resources has", place=place, hint=hint
            )
    for secret, feature in _USED_BY.items():
        if secret in sealed and feature not in app.features:
            place = app.place_in(app.customer, sealed[secret], ("metadata", "name"))
            hint = f"list ../../../../components/{feature} under components"
            yield Problem(f"nothing reads SealedSecret {secret} without component {feature}", place=place, hint=hint)


def _sealed(folder: Folder) -> Iterator[tuple[str, str]]:
    """Yield (name, file) of the SealedSecrets that a folder's kustomization lists, as resources or patches."""
    for reference in references.files(folder):
        data = folder.document(reference.path).value if reference.field in ("resources", "patches") else None
        if reference.inside and isinstance(data, dict) and data.get("kind") == "SealedSecret":
            yield str(values.mapping(data, "metadata").get("name")), reference.path
