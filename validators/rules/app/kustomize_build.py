"""An app that kustomize doesn't build.

What: `kustomize build` of the platform's folder fails, or takes more time or memory than an app may.
Why: ArgoCD would not deploy the app, and goes on with what ran before, without a word to the customer.

Bad:

    # file: error
    no matches for Id Deployment.v1.apps/async

Good:

    # file: error

Fix: see kustomize's reason; `render` builds one app and shows it.
"""

import re
from collections.abc import Iterator

from ...app.app import App
from ...finding import Advice, Place
from ...sources.folder import KUSTOMIZATION
from .. import Problem

ID = "kustomize-build"
HINT = Advice("put right what it names", "help, if it names nothing in your folder", "put right what it names")


_LONGEST = 400
_OUTER = re.compile(r"accumulating (?:resources|components): .*?recursed accumulation of path '[^']*': ", re.S)
"""What kustomize says of each folder on the way to the one that is wrong."""
_MISSING = re.compile(r"(replace|remove) operation does not apply: doc is missing (?:path|key): (/\S+?)(?::|\s|\Z)")


def check(app: App) -> Iterator[Problem]:
    """Yield why the app isn't built."""
    if not app.error:
        return
    if missing := _MISSING.search(app.error):
        operation, path = missing.groups()
        hint = "write op: add, which writes what isn't there yet" if operation == "replace" else "delete the operation"
        place = _line(app, path) or app.home
        yield Problem(f"{operation}: there is nothing at {path[:200]} in one of its pods", place=place, hint=hint)
        return
    text = _OUTER.sub("", " ".join(app.error.split()))
    place = app.home
    if app.platform.path in app.error and app.customer.path not in app.error:
        place = Place(f"{app.platform.path}/{KUSTOMIZATION}")
    yield Problem(f"isn't built: {text if len(text) < _LONGEST else '...' + text[-_LONGEST:]}", place=place)


def _line(app: App, path: str) -> Place | None:
    """Return the first line of the customer's files, or of the platform's, that has a pointer in it."""
    pattern = re.compile(rf"{re.escape(path)}(?![\w/~-])")
    for folder in (app.customer, app.platform):
        for name in folder.yaml_files():
            for number, line in enumerate(folder.files[name].decode(errors="replace").splitlines(), 1):
                if pattern.search(line):
                    return Place(f"{folder.path}/{name}", number)
    return None
