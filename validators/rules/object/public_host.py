"""An app answers for hosts that aren't its own.

What: an Ingress rule or an HTTPRoute without a host, or with a wildcard.
Why: it gets the traffic of every name that nobody else has claimed yet, other customers' new ones included.

Bad:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      rules:
        - host: "*.example.com"

Good:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      rules:
        - host: shop.example.com

Fix: list the hosts in HOSTS in app.env. Ask the platform where an app needs a wildcard, for one site per client.
"""

from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "public-host"
KINDS = ("Ingress", "HTTPRoute")
HINT = "write each host out, in HOSTS in app.env"
COVERS = ("polaris:httpRouteWildcardOrEmptyHost",)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each rule that takes more than its hosts."""
    if obj.kind == "Ingress":
        hosts = [("spec", "rules", index, "host") for index, _ in enumerate(obj.sequence("spec", "rules"))]
    else:
        hosts = [("spec", "hostnames", index) for index, _ in enumerate(obj.sequence("spec", "hostnames"))]
        hosts = hosts or [("spec", "hostnames")]
    for pointer in hosts:
        yield from _host(obj, pointer)


def _host(obj: Object, pointer: Pointer) -> Iterator[Problem]:
    host = obj.get(*pointer)
    if not host:
        yield Problem("a rule without a host takes the traffic of all", obj, pointer)
    elif "*" in str(host):
        yield Problem(f"{host} takes the traffic of all names under it", obj, pointer)
