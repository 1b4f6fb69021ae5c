"""A pod writes its own names into /etc/hosts.

What: `hostAliases`.
Why: a fixed address outlives the server it was for, and hides from everybody where the app really connects to.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          hostAliases:
            - {ip: "2001:db8::1", hostnames: [api.example.com]}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        spec:
          enableServiceLinks: false

Fix: give the name an address in DNS, or the app a setting with the right name.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Object
from .. import Problem
from .._pods import of_pod

ID = "host-aliases"
KINDS = WORKLOADS
HINT = "delete hostAliases, and let DNS know the name"
COVERS = ("kubesec:HostAliases",)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem where a pod has host aliases."""
    value, pointer = of_pod(obj, "hostAliases")
    if value:
        yield Problem("hostAliases give names addresses of their own", obj, pointer)
