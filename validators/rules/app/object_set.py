"""An object, container or volume that belongs to no component of the app, or one that is missing.

What: the objects of an app are those of the base, of the components that both zones name, and of the platform's folder,
with the customer's SealedSecrets and config maps; all in the app's namespace; their containers and volumes are known.
Why: what nobody sized costs nevertheless: a further container, a Job, a volume claim, a host's folder.

Bad:

    # file: platform/kustomization.yaml
    namespace: example-app
    # file: rendered
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: miner, namespace: example-app}

Good:

    # file: platform/kustomization.yaml
    namespace: example-app
    resources:
      - service.yaml
    # file: platform/service.yaml
    apiVersion: v1
    kind: Service
    metadata: {name: extra}
    # file: rendered
    apiVersion: v1
    kind: Service
    metadata: {name: extra, namespace: example-app}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: app-config-2456789bcd, namespace: example-app}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: app-defaults-2456789bcd, namespace: example-app}

Fix: delete it from your files, or put what makes it into the platform's folder.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import Advice
from .. import Problem

ID = "object-set"
HINT = Advice(
    "delete it",
    "what it was meant to do",
    "list the file or component that makes it in the platform's folder, or delete it",
)


def check(app: App) -> Iterator[Problem]:
    """Yield what is there and mustn't be, and what is missing."""
    from ...ownership.absolute import object_set

    for violation in object_set(app):
        place = app.home if violation.obj is None else None
        yield Problem(violation.message, violation.obj, violation.pointer, place, violation.hint)
