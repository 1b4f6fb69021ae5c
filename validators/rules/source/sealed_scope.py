"""A SealedSecret that can't be unsealed where it is, or that anybody can unseal.

What: a SealedSecret whose file names another namespace than the app's or gives its Secret another name, and one with
a wider scope than strict.
Why: a sealed value is bound to one name in one namespace. kustomize overwrites the namespace without a word, and the
controller then can't decrypt. With a wider scope everybody who can read this repository can copy it to their own app.

Bad:

    # file: platform/database-secret.yaml
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: database-app
      namespace: example-shop
    spec:
      encryptedData: {password: AgBx}

Good:

    # file: platform/database-secret.yaml
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: database-app
      namespace: example-app
    spec:
      encryptedData: {password: AgBx}

Fix: seal it again for this app: make seal. Changing the line alone doesn't help, the value is bound to it.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...sources.folder import Folder
from ...sources.loader import Pointer
from .. import Problem, _seal

ID = "sealed-scope"
HINT = "seal it again for this app, with make seal: the value is bound to name and namespace"

_WIDER = ("sealedsecrets.bitnami.com/cluster-wide", "sealedsecrets.bitnami.com/namespace-wide")


def check(app: Sources) -> Iterator[Problem]:
    """Yield SealedSecrets of either zone that aren't bound to the app's namespace and their own name."""
    for folder in (app.customer, app.platform):
        for name in folder.yaml_files():
            value = folder.document(name).value
            if isinstance(value, dict) and value.get("kind") == "SealedSecret":
                yield from _sealed(app, folder, name, value)


def _sealed(app: Sources, folder: Folder, file: str, value: dict) -> Iterator[Problem]:
    metadata = _mapping(value, "metadata")
    template = _mapping(_mapping(value, "spec"), "template")
    inner = _mapping(template, "metadata")
    sealed = _mapping(_mapping(value, "spec"), "encryptedData")
    places: list[tuple[dict, Pointer]] = [(metadata, ("metadata",)), (inner, ("spec", "template", "metadata"))]
    for part, pointer in places:
        namespace = part.get("namespace", app.namespace)
        # What a customer's own metadata says is checked with the other fields of a customer.
        if namespace != app.namespace and folder is app.platform:
            message = f"it is sealed for namespace {str(namespace)[:80]}, and this is {app.namespace}"
            yield Problem(message, place=app.place_in(folder, file, (*pointer, "namespace")))
        for key in _WIDER:
            if _mapping(part, "annotations").get(key) in ("true", True):
                message = f"{key.partition('/')[2]}: it can be opened under another name or in another namespace"
                place = app.place_in(folder, file, (*pointer, "annotations", key))
                again = _seal.command(app, str(metadata.get("name")), next(iter(sealed), ""))
                yield Problem(message, place=place, hint=f"delete the annotation, and seal every key again: {again}")
    name = metadata.get("name")
    if inner.get("name", name) != name and folder is app.platform:
        message = f"the Secret would be named {str(inner['name'])[:80]}, and the SealedSecret is {str(name)[:80]}"
        yield Problem(message, place=app.place_in(folder, file, ("spec", "template", "metadata", "name")))


def _mapping(value: dict, key: str) -> dict:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}
