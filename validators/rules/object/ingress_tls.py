"""A host is served without TLS.

What: an Ingress' host that no entry of `tls` names, an entry without a secretName, and an annotation that switches the
redirect to https off.
Why: passwords and session cookies cross the internet in clear, or visitors see a certificate of somebody else.

Bad:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      tls:
        - {hosts: [shop.example.com], secretName: web-tls}
      rules:
        - host: shop.example.com
        - host: www.shop.example.com

Good:

    apiVersion: networking.k8s.io/v1
    kind: Ingress
    metadata: {name: web}
    spec:
      tls:
        - {hosts: [shop.example.com, www.shop.example.com], secretName: web-tls}
      rules:
        - host: shop.example.com
        - host: www.shop.example.com

Fix: pick the component hosts/<number> for as many hosts as HOSTS has: it writes both places.
"""

from collections.abc import Iterator
from typing import Any

from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "ingress-tls"
KINDS = ("Ingress",)
HINT = "name the host in tls, with secretName: web-tls"
COVERS = ("polaris:tlsSettingsMissing", "kubescape:C-0263")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each host, entry or annotation that leaves TLS out."""
    entries = [entry for entry in obj.sequence("spec", "tls") if isinstance(entry, dict)]
    secured = [host for entry in entries for host in _texts(entry.get("hosts"))]
    for index, rule in enumerate(obj.sequence("spec", "rules")):
        host = rule.get("host") if isinstance(rule, dict) else None
        if isinstance(host, str) and not any(_covers(pattern, host) for pattern in secured):
            yield Problem(f"{host} is served without TLS", obj, ("spec", "rules", index, "host"))
    for index, entry in enumerate(obj.sequence("spec", "tls")):
        if isinstance(entry, dict) and not entry.get("secretName"):
            yield Problem("an entry of tls has no secretName", obj, ("spec", "tls", index))
    for key, value in obj.annotations.items():
        if str(key).endswith("ssl-redirect") and value in ("false", False):
            pointer = ("metadata", "annotations", key)
            yield Problem(f"{key} keeps http open", obj, pointer, hint="delete the annotation")


def _texts(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _covers(pattern: str, host: str) -> bool:
    return host == pattern or (pattern.startswith("*.") and host.partition(".")[2] == pattern[2:])
