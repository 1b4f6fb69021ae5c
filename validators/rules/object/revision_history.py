"""There is no way back, or a long one.

What: a `revisionHistoryLimit` of 0, or above 10.
Why: with 0 a Deployment can't be rolled back; each one above leaves an old ReplicaSet for everybody to read past.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      revisionHistoryLimit: 0

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      revisionHistoryLimit: 5

Fix: keep the 5 of the library.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import WARNING
from ...render.objects import Object
from .. import Problem

ID = "revision-history"
SEVERITY = WARNING
KINDS = ("Deployment", "StatefulSet", "DaemonSet")
HINT = "write revisionHistoryLimit: 5"
_POINTER = ("spec", "revisionHistoryLimit")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem where too few or too many revisions are kept."""
    kept = obj.get(*_POINTER, default=10)
    if not isinstance(kept, int) or not 1 <= kept <= 10:
        yield Problem(f"keeps {kept} old revisions", obj, _POINTER)
