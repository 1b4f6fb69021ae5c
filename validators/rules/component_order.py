"""Components in another order than documented.

What: a component of a kustomization.yaml that stands below one which it has to come before; the order is in
docs/components-order.md.
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

from ..app import App
from ..components import ORDER
from ..tree import KUSTOMIZATION
from . import SOURCE, Problem, _components

ID = "component-order"
SCOPE = SOURCE
HINT = "move the line up"


def check(app: App) -> Iterator[Problem]:
    """Yield each component that stands too late in its list."""
    for folder in (app.customer, app.platform):
        before: list[str] = []
        for index, name in _components.listed(folder):
            if name not in ORDER:
                continue
            later = [other for other in before if ORDER.index(other) > ORDER.index(name)]
            if later:
                first = min(later, key=before.index)
                place = app.place_in(folder, KUSTOMIZATION, ("components", index))
                yield Problem(f"{name} stands below {first}", place=place, hint=f"move the line above {first}")
            before.append(name)
