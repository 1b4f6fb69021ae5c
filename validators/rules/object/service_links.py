"""A pod gets every Service of its namespace as environment variables.

What: a pod without `enableServiceLinks: false`.
Why: a Service named `web` sets WEB_PORT=tcp://..., one named `database` DATABASE_PORT: settings of the app's own that
have such names silently become addresses.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          containers:
            - name: web

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          enableServiceLinks: false
          containers:
            - name: web

Fix: write `enableServiceLinks: false` in the pod's spec; Services are found by their names in DNS.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import of_pod

ID = "service-links"
KINDS = WORKLOADS
HINT = "write enableServiceLinks: false"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem where Services become environment variables."""
    value, pointer = of_pod(obj, "enableServiceLinks")
    if value is not False:
        yield Problem("every Service of the namespace becomes environment variables", obj, pointer)
