"""An HTTP probe without the site's Host.

What: an httpGet probe of the customer's image without a Host header, or with one that isn't among HOSTS.
Why: the kubelet asks for the pod's address. Django refuses hosts that aren't in ALLOWED_HOSTS with status 400, so the
pod is never ready and the release never comes up.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        metadata:
          labels: {hosting.ungleich.ch/image: app}
        spec:
          containers:
            - name: web
              readinessProbe:
                httpGet: {path: /, port: http}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        metadata:
          labels: {hosting.ungleich.ch/image: app}
        spec:
          containers:
            - name: web
              readinessProbe:
                httpGet:
                  path: /
                  port: http
                  httpHeaders: [{name: Host, value: shop.example.com}]

Fix: keep the base's httpHeaders when you change a probe: replace its path, not the whole probe.
"""

from collections.abc import Iterator

from ..app import App
from ..objects import Object
from . import OBJECT, Problem

ID = "probe-host"
SCOPE = OBJECT
KINDS = ("Deployment", "StatefulSet")
HINT = "keep the base's httpHeaders: replace the probe's path only, not the whole probe"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield the HTTP probes of the customer's image that ask for no host, or for another's."""
    if not obj.runs_customer_image:
        return
    hosts = [*_hosts(app, "app-config", "HOSTS"), *_hosts(app, "app-defaults", "ALLOWED_HOSTS")]
    for container in obj.containers():
        for field in ("startupProbe", "readinessProbe", "livenessProbe"):
            pointer = (*container.pointer, field, "httpGet")
            if not obj.mapping(*pointer):
                continue
            host, at = _host(obj, pointer)
            if not host:
                yield Problem(f"the {field} of {container.name} sends no Host", obj, at)
            elif hosts and host not in hosts:
                hint = f"write one of HOSTS, {hosts[0][:80]}"
                yield Problem(f"the {field} of {container.name} asks for {host[:80]!r}", obj, at, hint=hint)


def _hosts(app: App, name: str, key: str) -> list[str]:
    """Return the hosts that a ConfigMap lists; without a route, ALLOWED_HOSTS isn't HOSTS but the base's."""
    config = app.find("ConfigMap", name)
    return str(config.get("data", key, default="")).split(",") if config else []


def _host(obj: Object, pointer: tuple) -> tuple[str, tuple]:
    """Return the Host header of an httpGet, "" where there is none, and where it is."""
    for index, header in enumerate(obj.sequence(*pointer, "httpHeaders")):
        if isinstance(header, dict) and str(header.get("name")).lower() == "host":
            return str(header.get("value") or ""), (*pointer, "httpHeaders", index, "value")
    return "", pointer
