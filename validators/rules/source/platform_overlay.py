"""A platform folder that doesn't build its own customer's app, in its own namespace.

What: the platform's kustomization.yaml of an app lists the customer's folder of the same name and sizing.yaml, sets
the namespace <customer>-<app>, and its files are plain YAML. A customer's folder has such a platform
folder.
Why: ArgoCD builds the platform's folder. A folder that was copied and not edited all through deploys one customer's app
into another's namespace.

Bad:

    # file: platform/kustomization.yaml
    namespace: example-other
    resources:
      - ../../../customers/example/app
      - sizing.yaml

Good:

    # file: platform/kustomization.yaml
    namespace: example-app
    resources:
      - ../../../customers/example/app
      - sizing.yaml

Fix: write the customer's and the app's name in both places, or make the folder with new-app.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import Advice, Place
from ...sources.folder import KUSTOMIZATION, SIZING
from .. import Problem, _files

ID = "platform-overlay"
HINT = "write the names of this customer and app, or make the folder with new-app"


def check(app: Sources) -> Iterator[Problem]:
    """Yield what is wrong with the platform's kustomization."""
    if not app.platform.files:
        home = Place(f"{app.customer.path}/{KUSTOMIZATION}")
        yield Problem("the app has no platform folder", place=home, hint=Advice("", f"{app.platform.path}"))
        return
    yield from _plain(app)
    value = app.platform.kustomization.value
    if not isinstance(value, dict):
        yield Problem("there is no kustomization", place=Place(f"{app.platform.path}/{KUSTOMIZATION}"))
        return
    if value.get("namespace") != app.namespace:
        place = app.place_in(app.platform, KUSTOMIZATION, ("namespace",))
        yield Problem(f"the namespace isn't {app.namespace}", place=place, hint=f"write namespace: {app.namespace}")
    if SIZING not in app.platform.listed("resources") or SIZING not in app.platform.files:
        place = app.place_in(app.platform, KUSTOMIZATION, ("resources",))
        yield Problem("there is no sizing.yaml", place=place, hint="list it under resources, and add it")
    yield from _customer(app)


def _customer(app: Sources) -> Iterator[Problem]:
    own = f"../../../customers/{app.name}"
    others = [r for r in app.platform.listed("resources") if "customers/" in r and r.rstrip("/") != own]
    place = app.place_in(app.platform, KUSTOMIZATION, ("resources",))
    for other in others:
        yield Problem(f"{other} is another app's folder", place=place, hint=f"write {own}")
    if app.customer.files and own not in [r.rstrip("/") for r in app.platform.listed("resources")] and not others:
        yield Problem("the customer's folder isn't listed", place=place, hint=f"add {own} to resources")
    if not app.customer.files and own in app.platform.listed("resources"):
        yield Problem(f"there is no {app.customer.path}", place=place, hint="add the folder, or make it with new-app")


def _plain(app: Sources) -> Iterator[Problem]:
    yield from _files.refused(app.platform)
    for name in app.platform.yaml_files():
        yield from _files.unreadable(app.platform, name)
