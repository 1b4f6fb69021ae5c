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

import re
from collections.abc import Iterator

from ...app.app import App
from ...policy import names
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "host-name"
KINDS = ("ConfigMap", "Ingress", "HTTPRoute")
HINT = "write the name only, in lower case, as www.example.com"

_LOCAL = (".invalid", ".local", ".localhost", ".internal", ".test")


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
    if wrong := _wrong(host):
        yield Problem(f"the host {host[:100]!a} {wrong[0]}", obj, pointer, hint=wrong[1])


def _wrong(host: str) -> tuple[str, str] | None:
    """Return what is wrong with a host and what to write instead, None where it is right."""
    bare = re.sub(r"^[A-Za-z]+://|[:/].*$", "", host.strip().removeprefix("*."))[:253]
    if not host.strip():
        return "is empty", "delete the comma"
    if host != host.strip() or " " in host:
        return "has a space", f"write {bare.replace(' ', '')}, with nothing but a comma before the next"
    if "://" in host:
        return "has a scheme", f"write {bare}"
    if not host.isascii():
        return "has other letters than a-z", f"write {_punycode(host)}"
    if host.startswith("*."):
        return "is for all names of a domain", "write each name"
    if re.search(r":\d+$", host) and host.count(":") == 1:
        return "has a port", f"write {bare}"
    if "/" in host:
        return "has a path", f"write {bare}"
    if host != host.lower():
        return "has capitals", f"write {host.lower()}"
    if host.endswith("."):
        return "ends with a dot", f"write {host.rstrip('.')}"
    if host.endswith(_LOCAL):
        return "is reserved for tests and local networks", "write the name that people type"
    try:
        names.hosts(host)
    except names.NameProblem as problem:
        reason, _, hint = str(problem).partition(": ")
        return reason.partition(repr(host))[2].strip(), hint
    return None


def _punycode(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return "it in its xn-- form"
