"""What must be there once among all apps: collected by each app, compared for the fleet."""

from collections.abc import Iterator
from datetime import date

from ..app.app import App
from ..finding import Place
from ..render.objects import Object
from ..sources.loader import Pointer

Fact = list
"""[what, [path, line, column]]: JSON-able, because facts are cached."""


def today() -> date:
    """Return the day that ends are held against; a test sets one, so that midnight can't come between."""
    return date.today()


def fact(what: str, app: App, obj: Object, pointer: Pointer) -> Fact:
    """Return what an app claims for itself, and where it says so.

    Facts are collected from every app at each run, so the app's own files are asked first: tracing costs more.
    """
    for folder in (app.platform, app.customer):
        for file in folder.yaml_files():
            document = folder.document(file)
            value = document.value if pointer in document.marks else None
            if isinstance(value, dict) and value.get("kind") == obj.kind and _name(value) == obj.name:
                return [what, [*app.place_in(folder, file, pointer)]]
    return [what, [*app.place(obj, pointer)]]


def _name(value: dict) -> object:
    metadata = value.get("metadata")
    return metadata.get("name") if isinstance(metadata, dict) else None


def shared(facts: dict[str, list[Fact]]) -> Iterator[tuple[str, str, str, Place]]:
    """Yield (what, app, another app, the first's place) for each app that claims what another one does.

    All of them are named: which one is in the right isn't known here.
    """
    claims: dict[str, list[tuple[str, list]]] = {}
    for app in sorted(facts):
        for what, place in facts[app]:
            claims.setdefault(what, []).append((app, place))
    for what, claimants in claims.items():
        apps = [app for app, _ in claimants] if len(claimants) > 1 else []
        for index, app in enumerate(apps):
            other = next((name for name in apps if name != app), None)
            if other and app not in apps[:index]:
                yield what, app, other, Place(*claimants[index][1])
