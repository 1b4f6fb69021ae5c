"""An object in a customer's folder that isn't a SealedSecret or a CronJob, or one with fields that it may not have.

What: every file under `resources` must hold SealedSecrets, with the fields that `make seal` writes and a name that
isn't the platform's, or CronJobs `cron-NAME` with schedule, time zone and command, which the component `cron` completes.
Why: a workload, a volume claim, a route or a Secret of one's own would be unsized, unhardened or readable in git. A
SealedSecret with a template can read the controller's environment or become a token of the service account.

Bad:

    # file: kustomization.yaml
    resources:
      - ../../../../base
      - job.yaml
    # file: job.yaml
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: miner

Good:

    # file: kustomization.yaml
    resources:
      - ../../../../base
      - app-secret.yaml
    # file: app-secret.yaml
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: app
      namespace: example-app
    spec:
      encryptedData:
        SECRET_KEY: AgBx

Fix: delete the file and its line under resources; ask the platform for what it was meant to do.
"""

import re
from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Advice, Place
from ...policy import customer_fields
from ...sources import references
from ...sources.folder import KUSTOMIZATION
from .. import Problem, _customer, _seal

ID = "customer-objects"
HINT = Advice("delete it", "what it was meant to do")


def check(app: Sources) -> Iterator[Problem]:
    """Yield what is wrong with each file under `resources`."""
    names: dict[str, str] = {}
    paths = [r.path for r in references.files(app.customer) if r.field == "resources" and r.inside]
    for path in dict.fromkeys(paths):  # what stands there twice is another rule's
        if path in app.customer.files:
            yield from _object(app, path, names)


def _object(app: Sources, name: str, names: dict[str, str]) -> Iterator[Problem]:
    documents, problems = app.customer.load(name)
    if not name.endswith(".yaml"):
        yield Problem(f"{name} isn't a YAML file", place=Place(f"{app.customer.path}/{name}"), hint="name it NAME.yaml")
    if problems:
        return
    for document in documents:
        value = document.value
        kind = value.get("kind") if isinstance(value, dict) else None
        allowed = customer_fields.section("objects")
        if not isinstance(kind, str) or kind not in allowed:
            yield _foreign(app, name, value)
            continue
        if kind == "CronJob" and "cron" not in app.features:
            place = app.place_in(app.customer, name, ("kind",))
            hint = f"add ../../../../components/cron to components in {app.customer.path}/{KUSTOMIZATION}"
            yield Problem("a CronJob needs the component cron", place=place, hint=hint)
        for wrong in allowed[kind].errors(value):
            where = ".".join(map(str, wrong.pointer))
            place = app.place_in(app.customer, name, wrong.pointer)
            hint = _customer.quoted(document, wrong.pointer, wrong) or f"write {allowed[kind].write}"
            yield Problem(f"{where}: {wrong.message}".lstrip(": "), place=place, hint=hint)
        yield from _name(app, name, value, names)


def _foreign(app: Sources, name: str, value: object) -> Problem:
    """Return the problem of an object of a kind that customers don't add."""
    data = value if isinstance(value, dict) else {}
    kind = data.get("kind")
    place = app.place_in(app.customer, name, ("kind",))
    if kind == "Secret":
        label = str(data["metadata"].get("name")) if isinstance(data.get("metadata"), dict) else "NAME"
        parts = (data.get(part) for part in ("data", "stringData"))
        key = next((str(key) for part in parts if isinstance(part, dict) for key in part), "KEY")
        message = "a Secret is readable for everybody who can read the repository: base64 isn't encryption"
        hint = f"delete it, choose new values, and seal those: {_seal.command(app, label, key)}"
        return Problem(message, place=place, hint=hint)
    shown = kind if isinstance(kind, str) else "this"
    return Problem(f"{shown[:60]} isn't a customer's to add", place=place)


def _name(app: Sources, name: str, value: dict, names: dict[str, str]) -> Iterator[Problem]:
    metadata = value.get("metadata")
    label = metadata.get("name") if isinstance(metadata, dict) else None
    if not isinstance(label, str):
        return
    place = app.place_in(app.customer, name, ("metadata", "name"))
    if re.search(customer_fields.data()["reserved"]["secrets"], label):
        yield Problem(f"the name {label} belongs to the platform", place=place, hint="take another name")
    if label in names:
        yield Problem(f"{label} is in {names[label]} already", place=place, hint="take another name, or delete one")
    names[label] = name
    inside = metadata.get("namespace", app.namespace)
    if inside != app.namespace:
        place = app.place_in(app.customer, name, ("metadata", "namespace"))
        message = (
            f"it is sealed for {str(inside)[:80]} and can't be opened here: this app's namespace is {app.namespace}"
        )
        yield Problem(message, place=place, hint=f"seal its values again: {_seal.command(app, label)}")
    template = value.get("spec", {}).get("template") if isinstance(value.get("spec"), dict) else None
    inner = template.get("metadata") if isinstance(template, dict) else None
    for key, right in (("name", label), ("namespace", app.namespace)):
        if isinstance(inner, dict) and inner.get(key, right) != right:
            place = app.place_in(app.customer, name, ("spec", "template", "metadata", key))
            yield Problem(f"the template's {key} differs from the SealedSecret's", place=place, hint=f"write {right}")
