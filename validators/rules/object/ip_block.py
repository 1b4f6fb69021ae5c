"""A NetworkPolicy for addresses that aren't a network.

What: an `ipBlock` whose `cidr` isn't a network, has bits behind its prefix or zeros in front of a number, and an
exception that isn't a smaller part of it.
Why: the API server refuses the policy, or warns: readers of such an address differ in what they take it for.

Bad:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {}
      egress:
        - to: [{ipBlock: {cidr: "2001:db8::1/64", except: ["2001:db8:1::/64"]}}]

Good:

    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: web}
    spec:
      podSelector: {}
      egress:
        - to: [{ipBlock: {cidr: "2001:db8::/32", except: ["2001:db8:1::/64"]}}]

Fix: write the network's first address and its prefix; /128 is one address of IPv6, /32 one of IPv4.
"""

import ipaddress
from collections.abc import Iterator
from typing import Any

from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "ip-block"
KINDS = ("NetworkPolicy",)
HINT = "write the network's first address and its prefix, as 2001:db8::/32"

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with each block of addresses."""
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for index in range(len(obj.sequence("spec", direction))):
            for position in range(len(obj.sequence("spec", direction, index, peers))):
                pointer = ("spec", direction, index, peers, position, "ipBlock")
                if obj.mapping(*pointer):
                    yield from _block(obj, pointer)


def _block(obj: Object, pointer: tuple) -> Iterator[Problem]:
    whole = _network(obj.get(*pointer, "cidr"))
    if whole is None:
        yield Problem(f"{str(obj.get(*pointer, 'cidr'))[:80]!r} isn't a network", obj, (*pointer, "cidr"))
    for index, text in enumerate(obj.sequence(*pointer, "except")):
        part, at = _network(text), (*pointer, "except", index)
        if part is None:
            yield Problem(f"{str(text)[:80]!r} isn't a network", obj, at)
        elif whole and not (part.version == whole.version and part != whole and part.subnet_of(whole)):
            yield Problem(f"{part} isn't a smaller part of {whole}", obj, at, hint="delete it")


def _network(text: Any) -> _Network | None:
    """Return a text as a network; None where it is none, an address among them."""
    try:
        return ipaddress.ip_network(text) if isinstance(text, str) and "/" in text else None
    except ValueError:
        return None
