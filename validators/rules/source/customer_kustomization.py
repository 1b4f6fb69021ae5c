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

Fix: delete the field, or ask the platform for what it was meant to do.
"""

from collections.abc import Iterator
from typing import Any

from ...app.sources import Sources
from ...finding import Advice
from ...policy import customer_fields, violations
from ...policy.guess import near
from ...sources.folder import KUSTOMIZATION
from ...sources.loader import Pointer
from .. import Problem, _customer

ID = "customer-kustomization"
HINT = Advice("delete it: docs/customer-fields.md lists what you may set", "what it was meant to do")


def check(app: Sources) -> Iterator[Problem]:
    """Yield each field that isn't allowed, or not with this value."""
    if KUSTOMIZATION not in app.customer.files or app.customer.unreadable:
        return
    value = app.customer.kustomization.value
    if not isinstance(value, dict):
        yield _problem(app, (), "isn't a kustomization", "write apiVersion, kind, resources, components, images")
        return
    allowed = customer_fields.section("kustomization")
    meant = {near(key, allowed) for key in value.keys() - allowed.keys()}
    for key, inner in value.items():
        if key not in allowed:
            yield _problem(app, (key,), f"{key} {violations.NOT_YOURS}", _instead(key, list(allowed)))
            continue
        for wrong in allowed[key].errors(inner):
            pointer = (key, *wrong.pointer)
            where = "".join(f"[{t}]" if isinstance(t, int) else f".{t}" for t in pointer).lstrip(".")
            hint = _customer.quoted(app.customer.kustomization, pointer, wrong)
            hint = hint or _target(wrong.pointer, inner) or _image(wrong.pointer, inner)
            hint = hint or Advice(f"write {allowed[key].write}")
            yield _problem(app, pointer, f"{where}: {wrong.message}", hint)
    for key in ("apiVersion", "kind", "resources"):
        if key not in value and key not in meant:
            yield _problem(app, (), f"{key} is missing", f"write {key}: {allowed[key].write}")


def _instead(key: str, allowed: list[str]) -> Advice:
    """Return what to write in place of a field that isn't a customer's."""
    if known := customer_fields.instead((key,), "kustomization"):
        return known
    likely = near(key, allowed)
    return Advice(f"did you mean {likely}?") if likely else HINT


def _target(pointer: Pointer, patches: Any) -> Advice | None:
    """Return what to do in place of a patch of an object that is no pod of the customer's; None for anything else."""
    if pointer[1:] != ("target", "kind") or not isinstance(patches, list):
        return None
    return customer_fields.instead((str(patches[pointer[0]]["target"]["kind"]),), "kinds")


def _image(pointer: tuple, images: Any) -> Advice | None:
    """Return how the name of an image is to be written, where it shows what is wrong with it."""
    if pointer[1:] != ("newName",) or not isinstance(images[pointer[0]].get("newName"), str):
        return None
    name = images[pointer[0]]["newName"]
    last = name.rpartition("/")[2]
    if "://" in name:
        return Advice(f"write {name.partition('://')[2][:200]}, without {name.partition('://')[0][:20]}://")
    if "@" in last:
        return Advice(f"write newName: {name.partition('@')[0][:200]}, and digest: {name.partition('@')[2][:80]}")
    if ":" in last:
        return Advice(f'write newName: {name.rpartition(":")[0][:200]}, and newTag: "{name.rpartition(":")[2][:80]}"')
    if name.endswith("/"):
        return Advice("write it without / at the end")
    return Advice("write it in lower case, as registries know it") if name != name.lower() else None


def _problem(app: Sources, pointer: tuple, message: str, hint: str | Advice) -> Problem:
    return Problem(message, place=app.place_in(app.customer, KUSTOMIZATION, pointer), hint=hint)
