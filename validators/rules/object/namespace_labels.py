"""A namespace doesn't say whose it is.

What: a Namespace without the labels `hosting.ungleich.ch/customer` and `hosting.ungleich.ch/app`, or with other names in
them than those of the platform's folder.
Why: by these labels cost tools tell what each customer uses, and policies choose namespaces. From the name `a-b-c` alone
nobody can tell where the customer ends. Copied and not edited, one customer pays for another's app.

Bad:

    apiVersion: v1
    kind: Namespace
    metadata:
      name: example-app
      labels: {hosting.ungleich.ch/customer: other, hosting.ungleich.ch/app: app}

Good:

    apiVersion: v1
    kind: Namespace
    metadata:
      name: example-app
      labels: {hosting.ungleich.ch/customer: example, hosting.ungleich.ch/app: app}

Fix: write the patch of the template into the platform's kustomization.yaml; `make namespace-labels` does so in every
platform folder that lacks it.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import WARNING
from ...policy.names import LABELS
from ...render.objects import Object
from .. import Problem

ID = "namespace-labels"
SEVERITY = WARNING
KINDS = ("Namespace",)
HINT = "run make namespace-labels, which writes the patch into every platform folder that lacks it"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem where labels are missing, and for each that isn't the name of the app's folder."""
    found = {label: obj.get("metadata", "labels", label) for label in LABELS}
    if missing := [label for label in LABELS if found[label] is None]:
        said = f"the labels {' and '.join(missing)} are" if len(missing) > 1 else f"the label {missing[0]} is"
        yield Problem(f"{said} missing", obj, ("metadata", "labels"))
    for label, name in zip(LABELS, app.name.split("/"), strict=True):
        if found[label] not in (None, name):
            hint = f"write {name}, in the platform's folder"
            yield Problem(f"the label {label} is {found[label]}", obj, ("metadata", "labels", label), hint=hint)
