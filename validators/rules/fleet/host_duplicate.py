"""One host, two apps.

What: a host that two apps route or list in HOSTS. Told to the app that changed since the last commit, or since REV
with `--since REV`; to both where that tells nothing.
Why: which of them answers is up to the controller, and changes with each of its restarts: visitors of one shop, with
their cookies, land in the other.

Bad:

    # file: example/shop
    kind: HTTPRoute
    metadata:
      name: web
    spec:
      hostnames: [shop.example.com]
    # file: example/blog
    kind: HTTPRoute
    metadata:
      name: web
    spec:
      hostnames: [blog.example.com, shop.example.com]

Good:

    # file: example/shop
    kind: HTTPRoute
    metadata:
      name: web
    spec:
      hostnames: [shop.example.com]
    # file: example/blog
    kind: HTTPRoute
    metadata:
      name: web
    spec:
      hostnames: [blog.example.com]

Fix: delete it from HOSTS of the app that isn't meant. To move a host, take it from the old app first.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import Place
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem, _fleet

ID = "host-duplicate"
HINT = "delete it from HOSTS of the app that isn't meant"


def facts(app: App) -> list[_fleet.Fact]:
    """Return the hosts of an app: HOSTS where it has a route, and what its routes say."""
    found: dict[str, _fleet.Fact] = {}
    line = _line(app)
    for host, obj, pointer in _hosts(app):
        # app.invalid is what the base says as long as nothing is set.
        if host in found or host in ("", "app.invalid"):
            continue
        written = line is not None and obj.kind == "ConfigMap"
        found[host] = [host, [*line]] if written else _fleet.fact(host, app, obj, pointer)
    return list(found.values())


def check(facts: dict[str, list[_fleet.Fact]]) -> Iterator[Problem]:
    """Yield each host that another app has, too."""
    for host, app, other, place in _fleet.shared(facts):
        yield Problem(f"{host[:100]} is a host of {other}, too", place=place, app=app)


def _hosts(app: App) -> Iterator[tuple[str, Object, Pointer]]:
    routes = list(app.of_kind("Ingress", "HTTPRoute"))
    config = app.find("ConfigMap", "app-config") if routes else None
    hosts = config.get("data", "HOSTS") if config else None
    if config and isinstance(hosts, str):
        for host in hosts.split(","):
            yield _plain(host), config, ("data", "HOSTS")
    for obj in routes:
        for index, host in enumerate(obj.sequence("spec", "hostnames")):
            yield _plain(host), obj, ("spec", "hostnames", index)
        for index, rule in enumerate(obj.sequence("spec", "rules")):
            if isinstance(rule, dict) and rule.get("host"):
                yield _plain(rule["host"]), obj, ("spec", "rules", index, "host")


def _line(app: App) -> Place | None:
    """Return the line of the customer's that sets HOSTS, where it stands in a file as it should."""
    for name, data in app.customer.files.items():
        if name.endswith(".env"):
            for number, line in enumerate(data.split(b"\n"), 1):
                if line.lstrip().startswith(b"HOSTS="):
                    return Place(f"{app.customer.path}/{name}", number)
    return None


def _plain(host: object) -> str:
    return str(host).strip().rstrip(".").lower()
