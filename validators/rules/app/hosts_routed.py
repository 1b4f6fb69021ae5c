"""HOSTS and the routes don't say the same.

What: a host of HOSTS that an Ingress or HTTPRoute of the app doesn't route or, for an Ingress, has no TLS for; a
routed host that isn't in HOSTS; ALLOWED_HOSTS or CSRF_TRUSTED_ORIGINS of the platform that lack one.
Why: the visitor gets 404 or a wrong certificate, Django answers 400, or every form fails with a CSRF error.

Bad:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-config
    data:
      HOSTS: shop.example.com,www.example.com
    ---
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata:
      name: web
    spec:
      hostnames: [shop.example.com]

Good:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app-config
    data:
      HOSTS: shop.example.com,www.example.com
    ---
    apiVersion: gateway.networking.k8s.io/v1
    kind: HTTPRoute
    metadata:
      name: web
    spec:
      hostnames: [shop.example.com, www.example.com]

Fix: list components/hosts/N with as many as HOSTS has, below ingress or gateway.
"""

from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "hosts-routed"
HINT = "list components/hosts/N with as many as HOSTS has, below ingress or gateway"


def check(app: App) -> Iterator[Problem]:
    """Yield hosts that only one side knows."""
    config = app.find("ConfigMap", "app-config")
    text = config.get("data", "HOSTS") if config else None
    if config is None or not isinstance(text, str):
        return
    hosts = text.split(",")
    routed = False
    for obj in app.of_kind("Ingress", "HTTPRoute"):
        routed = True
        yield from _route(obj, config, hosts)
    if routed:
        yield from _derived(app, hosts)


def _route(obj: Object, config: Object, hosts: list[str]) -> Iterator[Problem]:
    served = _hosts(obj)
    for host in hosts:
        if host not in served:
            yield Problem(f"{host[:100]} has no route in {obj!r}", config, ("data", "HOSTS"))
    pointer = ("spec", "hostnames") if obj.kind == "HTTPRoute" else ("spec", "rules")
    for host in served:
        if host not in hosts:
            yield Problem(f"{host[:100]} isn't in HOSTS: Django answers 400", obj, pointer, hint="add it to HOSTS")
    if obj.kind == "Ingress":
        rows = [row.get("hosts") for row in obj.sequence("spec", "tls") if isinstance(row, dict)]
        secured = [host for row in rows if isinstance(row, list) for host in row]
        for host in served:
            if host not in secured:
                yield Problem(f"{host[:100]} has no TLS", obj, ("spec", "tls"), hint="add it under tls.hosts")


def _hosts(obj: Object) -> list[str]:
    if obj.kind == "HTTPRoute":
        return [str(host) for host in obj.sequence("spec", "hostnames")]
    rules = obj.sequence("spec", "rules")
    return [str(rule["host"]) for rule in rules if isinstance(rule, dict) and rule.get("host")]


def _derived(app: App, hosts: list[str]) -> Iterator[Problem]:
    """Check what the components made of HOSTS; a customer's own values in app-config come after and count."""
    defaults = app.find("ConfigMap", "app-defaults")
    for key, scheme in (("ALLOWED_HOSTS", ""), ("CSRF_TRUSTED_ORIGINS", "https://")):
        value = defaults.get("data", key) if defaults else None
        if defaults and isinstance(value, str):
            missing = [host for host in hosts if f"{scheme}{host}" not in value.split(",")]
            if missing:
                yield Problem(f"{key} lacks {scheme}{missing[0][:100]}", defaults, ("data", key))
