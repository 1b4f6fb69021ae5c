"""A NetworkPolicy lets everybody in.

What: an ingress rule without `from`, or from all addresses or all namespaces; an egress rule without `to`, or to all
namespaces.
Why: the policy looks like protection, and gives the internet, or every other customer, a way in.

Bad:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {}
      ingress:
        - ports: [{port: 8000}]

Good:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {}
      ingress:
        - from:
            - namespaceSelector:
                matchLabels: {hosting.ungleich.ch/role: ingress}
          ports: [{port: 8000}]

Fix: name who may connect. To let the app out to the internet, pick the component `egress`.
"""

import ipaddress
from collections.abc import Iterator
from typing import Any

from ...app.app import App
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "network-policy-open"
KINDS = ("NetworkPolicy",)
HINT = "name the peers: a podSelector, a namespaceSelector with labels, an ipBlock"
_LARGEST = 8
"""The prefix length of the largest network that is somebody's."""


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each rule that names nobody."""
    for direction, key in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(obj.sequence("spec", direction)):
            pointer = ("spec", direction, index)
            if isinstance(rule, dict) and not rule.get(key):
                yield Problem(f"an {direction} rule without {key} allows everybody", obj, pointer)
            for position, _ in enumerate(obj.sequence(*pointer, key)):
                yield from _peer(obj, direction, (*pointer, key, position))


def _peer(obj: Object, direction: str, pointer: Pointer) -> Iterator[Problem]:
    if obj.get(*pointer, "namespaceSelector") == {}:
        yield Problem(f"an {direction} rule allows all namespaces", obj, (*pointer, "namespaceSelector"))
    cidr = obj.get(*pointer, "ipBlock", "cidr")
    if direction == "ingress" and _everywhere(cidr):
        yield Problem(f"an ingress rule allows all addresses, {cidr}", obj, (*pointer, "ipBlock", "cidr"))


def _everywhere(cidr: Any) -> bool:
    try:
        return ipaddress.ip_network(str(cidr), strict=False).prefixlen < _LARGEST
    except ValueError:
        return False
