"""One namespace, two apps.

What: two apps whose objects are in one namespace. a-b/c and a/b-c both come to a-b-c.
Why: their objects have the same names: the last one that is synced overwrites the other app.

Bad:

    # file: a-b/c
    kind: Service
    metadata: {name: web, namespace: a-b-c}
    # file: a/b-c
    kind: Service
    metadata: {name: web, namespace: a-b-c}

Good:

    # file: a-b/c
    kind: Service
    metadata: {name: web, namespace: a-b-c}
    # file: a/c
    kind: Service
    metadata: {name: web, namespace: a-c}

Fix: give the newer app another name, in both zones.
"""

from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from ...sources.folder import KUSTOMIZATION
from .. import Problem, _fleet

ID = "namespace-duplicate"
HINT = "give the newer app another name, in both zones"


def facts(app: App) -> list[_fleet.Fact]:
    """Return the namespaces that the objects of an app are in, or that it makes."""
    found: dict[str, _fleet.Fact] = {}
    for obj in app.objects:
        name, field = (obj.name, "name") if obj.kind == "Namespace" else (obj.namespace, "namespace")
        if name and name not in found:
            found[name] = _fact(app, obj, name, field)
    return list(found.values())


def _fact(app: App, obj: Object, name: str, field: str) -> _fleet.Fact:
    """Return the fact with the platform's line `namespace:`, where it is this one."""
    value = app.platform.kustomization.value
    if isinstance(value, dict) and value.get("namespace") == name:
        return [name, [*app.place_in(app.platform, KUSTOMIZATION, ("namespace",))]]
    return _fleet.fact(name, app, obj, ("metadata", field))


def check(facts: dict[str, list[_fleet.Fact]]) -> Iterator[Problem]:
    """Yield each namespace that another app uses, too."""
    for namespace, app, other, place in _fleet.shared(facts):
        yield Problem(f"namespace {namespace[:80]} is that of {other}, too", place=place, app=app)
