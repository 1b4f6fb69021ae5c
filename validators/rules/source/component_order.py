"""A component that comes too late for another one.

What: sealed-secrets below async-container or init-container, ingress or gateway below hosts/N, tenant below
nfs-server. Elsewhere the order in docs/components-order.md is a convention, and changes nothing.
Why: kustomize applies them in list order. Too late, sealed-secrets doesn't reach a worker that was copied before, and
hosts/2 finds no route to add its host to; nothing says so.

Bad:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    components:
      - ../../../../components/async-container
      - ../../../../components/sealed-secrets

Good:

    # file: kustomization.yaml
    resources:
      - ../../../../base
    components:
      - ../../../../components/sealed-secrets
      - ../../../../components/async-container

Fix: move the line up, above the component that the message names.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...policy import components
from ...sources.folder import KUSTOMIZATION
from .. import Problem, _components

ID = "component-order"
HINT = "move the line up"


def check(app: Sources) -> Iterator[Problem]:
    """Yield each component that stands too late in its list."""
    for folder in (app.customer, app.platform):
        before: list[str] = []
        for index, name in _components.listed(folder):
            late = next((other for other in before if other in components.later(name)), None)
            if late:
                place = app.place_in(folder, KUSTOMIZATION, ("components", index))
                yield Problem(f"{name} stands below {late}", place=place, hint=f"move the line above {late}")
            before.append(name)
