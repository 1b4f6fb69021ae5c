"""A size that isn't the one in sizing.yaml.

What: replicas, the resources of every container, storage, quota and limits, each held against the platform's
sizing.yaml, and no other size anywhere. Each component's component.yaml says which value goes where. In a suspended app
also what still runs.
Why: sizing.yaml is what the customer pays for. The components copy it into the objects, and kustomize is silent where a
copy finds no place to go.

Bad:

    # file: platform/sizing.yaml
    kind: Sizing
    spec:
      media: {storage: 10Gi}
    # file: rendered
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: media}
    spec: {resources: {requests: {storage: 500Gi}}}

Good:

    # file: platform/sizing.yaml
    kind: Sizing
    spec:
      media: {storage: 10Gi}
    # file: rendered
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: media}
    spec: {resources: {requests: {storage: 10Gi}}}

Fix: delete what sets it; ask the platform, which writes sizing.yaml, for another size.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import Advice
from .. import Problem

ID = "size-differs"
HINT = Advice(
    "delete what sets it", "another size", "write the size into sizing.yaml, and delete what sets it elsewhere"
)


def check(app: App) -> Iterator[Problem]:
    """Yield each size that isn't sizing.yaml's."""
    from ...ownership.sized import wrong_sizes
    from ...ownership.stopped import still_running

    for violation in (*wrong_sizes(app), *still_running(app)):
        place = app.home if violation.obj is None else None
        yield Problem(violation.message, violation.obj, violation.pointer, place, violation.hint)
