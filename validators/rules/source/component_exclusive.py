"""Two components of which an app can have one.

What: async with async-container, two kinds of storage, two databases, init-container with staging, or two of hosts/2,
hosts/3 and hosts/4, in one app, whichever zone names them.
Why: the build fails with a name that helps nobody, or an app has the same host twice.

Bad:

    # file: platform/kustomization.yaml
    resources:
      - ../../../customers/example/app
    components:
      - ../../../../components/storage/rwo
      - ../../../../components/storage/nfs

Good:

    # file: platform/kustomization.yaml
    resources:
      - ../../../customers/example/app
    components:
      - ../../../../components/storage/nfs

Fix: delete one of them. Changing the storage or the database of a running app needs its data moved first.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...policy.components import CHOICES, PLATFORM_ORDER
from ...sources.folder import KUSTOMIZATION
from .. import Problem, _components

ID = "component-exclusive"
HINT = "delete one of the two"


def check(app: Sources) -> Iterator[Problem]:
    """Yield each component after the first of a choice."""
    chosen: dict[tuple[str, ...], str] = {}
    for folder in (app.customer, app.platform):
        for index, name in _components.listed(folder):
            if folder is app.customer and name in PLATFORM_ORDER:
                continue  # customer-paths says so
            for choice in CHOICES:
                if name not in choice:
                    continue
                first = chosen.setdefault(choice, name)
                if first != name:
                    place = app.place_in(folder, KUSTOMIZATION, ("components", index))
                    yield Problem(f"{name} and {first} exclude each other", place=place)
