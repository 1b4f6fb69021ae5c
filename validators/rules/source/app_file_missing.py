"""A platform folder that doesn't say how its app is released.

What: there is no app.yaml in the platform's folder of the app.
Why: which version of the library the app gets, and from which repository its customer's commits are taken, stands there
and nowhere else: without it neither is known.

Bad:

    # file: platform/kustomization.yaml
    namespace: example-app

Good:

    # file: platform/kustomization.yaml
    namespace: example-app
    # file: platform/app.yaml
    apiVersion: hosting.ungleich.ch/v1
    kind: App
    metadata:
      name: app
      annotations:
        config.kubernetes.io/local-config: "true"
    spec:
      ring: stable

Fix: `make app-files` writes one into every platform folder that lacks it.
"""

from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import WARNING, Place
from ...policy.app_file import NAME
from ...sources.folder import KUSTOMIZATION
from .. import Problem

ID = "app-file-missing"
SEVERITY = WARNING
HINT = "run make app-files, which writes one into every platform folder that lacks it"


def check(app: Sources) -> Iterator[Problem]:
    """Yield that the file is missing."""
    if KUSTOMIZATION in app.platform.files and NAME not in app.platform.files:
        place = Place(f"{app.platform.path}/{KUSTOMIZATION}")
        yield Problem(f"there is no {NAME} beside it, which says how the app is released", place=place)
