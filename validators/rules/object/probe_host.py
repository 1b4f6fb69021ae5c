"""An HTTP probe without the site's Host.

What: an httpGet probe of the customer's image without a Host header, or with one that ALLOWED_HOSTS lacks.
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

from ...app.app import App
from ...policy import customer_fields
from ...render.objects import Object
from .. import Problem
from .._pods import probes

ID = "probe-host"
KINDS = ("Deployment", "StatefulSet")
HINT = "keep the base's httpHeaders: replace the probe's path only, not the whole probe"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield the HTTP probes of the customer's containers that ask for no host, or for another's."""
    if not obj.runs_customer_image:
        return
    allowed = _allowed(app)
    for container, field, pointer in probes(obj):
        of_platform = (container.pointer[-2], container.name) in customer_fields.platforms(repr(obj))
        if of_platform or not obj.mapping(*pointer, "httpGet"):
            continue
        host, at = _host(obj, (*pointer, "httpGet"))
        if not host:
            yield Problem(f"the {field} of {container.name} sends no Host", obj, at)
        elif allowed and not any(_is_allowed(host, pattern) for pattern in allowed):
            hint = f"write one of them, {allowed[0][:80]}"
            message = f"the {field} of {container.name} asks for {host[:80]!r}, which isn't in ALLOWED_HOSTS"
            yield Problem(message, obj, at, hint=hint)


def _allowed(app: App) -> list[str]:
    """Return ALLOWED_HOSTS as the app gets it: the customer's own, or what is derived from HOSTS."""
    for name, key in (("app-config", "ALLOWED_HOSTS"), ("app-defaults", "ALLOWED_HOSTS"), ("app-config", "HOSTS")):
        config = app.find("ConfigMap", name)
        value = config.get("data", key) if config else None
        if isinstance(value, str) and value:
            return [host.strip().lower() for host in value.split(",")]
    return []


def _is_allowed(host: str, pattern: str) -> bool:
    """Whether Django's pattern allows a host: `*` is any, `.example.com` all names of a domain."""
    host = host.lower()
    return pattern in ("*", host) or (pattern.startswith(".") and (host.endswith(pattern) or host == pattern[1:]))


def _host(obj: Object, pointer: tuple) -> tuple[str, tuple]:
    """Return the Host header of an httpGet, "" where there is none, and where it is."""
    for index, header in enumerate(obj.sequence(*pointer, "httpHeaders")):
        if isinstance(header, dict) and str(header.get("name")).lower() == "host":
            return str(header.get("value") or ""), (*pointer, "httpHeaders", index, "value")
    return "", pointer
