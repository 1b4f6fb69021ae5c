"""A rendered value that the customer's files change and that isn't a customer's to set.

What: the app is rendered twice, as it is and with a customer who wrote nothing but names the same components. Whatever
differs must be a field that docs/customer-fields.md lists.
Why: kustomize has many ways for a folder to reach into another. However it was done, this shows that it was.

Bad:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    # file: rendered
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: example-app}
    spec: {type: LoadBalancer}
    # file: baseline
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: example-app}
    spec: {type: ClusterIP}

Good:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    # file: rendered
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: example-app}
    spec: {type: ClusterIP}
    # file: baseline
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: example-app}
    spec: {type: ClusterIP}

Fix: delete what changes it; ask the platform for what it was meant to do.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import Advice
from .. import Problem

ID = "render-difference"
HINT = Advice(
    "delete it: docs/customer-fields.md lists what you may set",
    "what it was meant to do",
    "write it so that it is the same whatever the customer's files say",
)


def check(app: App) -> Iterator[Problem]:
    """Yield what differs from the baseline."""
    from ...ownership.difference import differences

    for difference in differences(app):
        place = app.home if difference.obj is None else None
        yield Problem(difference.message, difference.obj, difference.pointer, place, difference.hint)
