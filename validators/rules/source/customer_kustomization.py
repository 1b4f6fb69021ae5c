"""A field of kustomization.yaml that isn't a customer's to set.

What: any field of the customer's kustomization.yaml but apiVersion, kind, resources, components, images,
configMapGenerator and patches, and anything in those that docs/customer-fields.md doesn't list.
Why: kustomize knows no access rights. `replicas`, `transformers`, `configurations`, `openapi`, `replacements` and
others reach into what the platform sets: how big an app is, and other objects than the customer's own.

Bad:

    # file: kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
      - ../../../../base
    replicas:
      - name: web
        count: 50

Good:

    # file: kustomization.yaml
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    resources:
      - ../../../../base
    images:
      - name: app
        newName: registry.example.com/app
        newTag: "1.10"

Fix: delete the field, or ask ungleich for what it was meant to do.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...policy import customer_fields
from ...sources.folder import KUSTOMIZATION
from .. import Problem

ID = "customer-kustomization"
HINT = "delete it; ask ungleich: it sets everything that docs/customer-fields.md doesn't list"


def check(app: Sources) -> Iterator[Problem]:
    """Yield each field that isn't allowed, or not with this value."""
    if KUSTOMIZATION not in app.customer.files:
        return
    value = app.customer.kustomization.value
    if not isinstance(value, dict):
        yield _problem(app, (), "isn't a kustomization", "write apiVersion, kind, resources, components, images")
        return
    allowed = customer_fields.section("kustomization")
    reasons = customer_fields.data()["refused"]
    for key, inner in value.items():
        if key not in allowed:
            yield _problem(app, (key,), f"{key} isn't a customer's to set", reasons.get(key, ""))
            continue
        for pointer, message in allowed[key].errors(inner):
            where = "".join(f"[{t}]" if isinstance(t, int) else f".{t}" for t in (key, *pointer)).lstrip(".")
            yield _problem(app, (key, *pointer), f"{where}: {message}", f"write {allowed[key].write}")
    for key in ("apiVersion", "kind", "resources"):
        if key not in value:
            yield _problem(app, (), f"{key} is missing", f"write {key}: {allowed[key].write}")


def _problem(app: Sources, pointer: tuple, message: str, hint: str) -> Problem:
    return Problem(message, place=app.place_in(app.customer, KUSTOMIZATION, pointer), hint=hint)
