"""A component that there isn't.

What: an entry under `components` of the platform's kustomization.yaml that leads to no component of this library, or
that stands there twice.
Why: kustomize would fail with a path, or fetch an address at each build; a component twice is applied twice.

Bad:

    # file: platform/kustomization.yaml
    components:
      - ../../../../components/tenant
      - ../../../../components/postgres/standlone

Good:

    # file: platform/kustomization.yaml
    components:
      - ../../../../components/tenant
      - ../../../../components/postgres/standalone

Fix: write ../../../../components/ and one of the names in docs/components-order.md.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...policy.components import ORDER
from ...policy.guess import near
from ...sources.folder import CLUSTER, KUSTOMIZATION
from .. import Problem, _components

ID = "component-path"
HINT = "write ../../../../components/ and one of the names in docs/components-order.md"


def check(app: Sources) -> Iterator[Problem]:
    """Yield the platform's components that don't exist; the customer's are in customer-paths."""
    seen: set[str] = set()
    for index, name in _components.listed(app.platform):
        place = app.place_in(app.platform, KUSTOMIZATION, ("components", index))
        if name not in (*ORDER, CLUSTER):
            likely = near(name.rpartition("components/")[2], ORDER)
            hint = f"did you mean ../../../../components/{likely}?" if likely else ""
            yield Problem(f"there is no component {name[:100]}", place=place, hint=hint)
        elif name in seen:
            yield Problem(f"{name} stands there twice", place=place, hint="delete one")
        seen.add(name)
