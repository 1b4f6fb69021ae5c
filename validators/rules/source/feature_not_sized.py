"""A feature that the customer chose and the platform hasn't sized.

What: a customer's component whose size in the platform's sizing.yaml is missing or zero: async and async-container need
`async.replicas` of at least 1, every pod needs its resources.
Why: the app would be rendered with a worker that never starts, or not at all. Who has to do something is ungleich, and
the customer can't see why.

Bad:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    components:
      - ../../../../components/async
    # file: platform/sizing.yaml
    kind: Sizing
    spec:
      async:
        replicas: 0

Good:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    components:
      - ../../../../components/async
    # file: platform/sizing.yaml
    kind: Sizing
    spec:
      async:
        replicas: 1
        resources:
          limits: {memory: 256Mi}

Fix: ask ungleich to grant it, or delete the component until then.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Advice
from ...policy import sizes
from ...sources.folder import KUSTOMIZATION
from .. import Problem

ID = "feature-not-sized"
HINT = Advice("delete the component", "its size in sizing.yaml", "write its size into sizing.yaml")


def check(app: Sources) -> Iterator[Problem]:
    """Yield each feature of the customer that has no size."""
    if not app.customer.files or not app.platform.files:
        return
    for index, item in enumerate(app.customer.listed("components")):
        name = item.partition("components/")[2].rstrip("/")
        for path in sizes.needed(name):
            value = app.size(path)
            if value in (None, 0, {}, ""):
                size = "is 0" if value == 0 else "is missing"
                place = app.place_in(app.customer, KUSTOMIZATION, ("components", index))
                hint = Advice("delete this line", f"{name}: {path} {size} in {app.platform.path}/sizing.yaml")
                yield Problem(f"{name} isn't granted to this app yet", place=place, hint=hint)
                break
