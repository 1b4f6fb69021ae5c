"""A host that nobody can reach.

What: HOSTS, and hosts of routes, that aren't host names: with a scheme, a port, a path, spaces, capitals, underscores
or other letters than a-z, addresses, names without a domain, and the base's app.invalid.
Why: a browser never asks for such a name, so the site answers 404 or Bad Request; the API server refuses the route.

Bad:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-config
    data:
      HOSTS: https://shop.example.com

Good:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-config
    data:
      HOSTS: shop.example.com,xn--lden-loa.example.com

Fix: write names only, in lower case, comma separated, no spaces; names with other letters in their xn-- form.
"""

from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem, _hosts

ID = "host-name"
KINDS = ("ConfigMap", "Ingress", "HTTPRoute")
HINT = "write the name only, in lower case, as www.example.com"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with each host of HOSTS and of the routes."""
    if obj.kind == "ConfigMap":
        hosts = obj.get("data", "HOSTS") if obj.plain_name == "app-config" else None
        # app.invalid is the base's; an app without a route may keep it.
        if isinstance(hosts, str) and hosts != "app.invalid":
            for host in hosts.split(","):
                yield from _host(obj, host, ("data", "HOSTS"))
    elif obj.kind == "HTTPRoute":
        for index, host in enumerate(obj.sequence("spec", "hostnames")):
            yield from _route_host(obj, host, ("spec", "hostnames", index))
    else:
        for index, rule in enumerate(obj.sequence("spec", "rules")):
            host = rule.get("host") if isinstance(rule, dict) else None
            yield from _route_host(obj, host, ("spec", "rules", index, "host"))


def _route_host(obj: Object, host: object, pointer: Pointer) -> Iterator[Problem]:
    if host == "app.invalid":
        yield Problem(
            "HOSTS isn't set, so the route is for app.invalid", obj, pointer, hint="write HOSTS= into app.env"
        )
    elif host is None:
        yield Problem("a rule is for every host of the cluster", obj, pointer, hint="write the app's host")
    else:
        yield from _host(obj, str(host), pointer)


def _host(obj: Object, host: str, pointer: Pointer) -> Iterator[Problem]:
    if wrong := _hosts.wrong(host):
        yield Problem(f"the host {host[:100]!a} {wrong[0]}", obj, pointer, hint=wrong[1])
