"""A volume on NFS whose mount options are for the other kind of address.

What: `proto=tcp6` (or `udp6`, `rdma6`; `mountproto=` alike) beside a server's IPv4 address, or `proto=tcp` beside an IPv6
address. A name is fine with either.
Why: the node looks for an address of the protocol's kind and finds none. The mount fails, and the app's pods wait for it.

Bad:

    apiVersion: v1
    kind: PersistentVolume
    metadata:
      name: acme-shop-media
    spec:
      mountOptions: [nfsvers=4.2, hard, proto=tcp6]
      nfs:
        server: 10.20.0.5
        path: /media

Good:

    apiVersion: v1
    kind: PersistentVolume
    metadata:
      name: acme-shop-media
    spec:
      mountOptions: [nfsvers=4.2, hard, proto=tcp]
      nfs:
        server: 10.20.0.5
        path: /media

Fix: write the option that the message names, in the app's platform folder.
"""

import ipaddress
import re
from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "nfs-protocol"
KINDS = ("PersistentVolume",)
HINT = "write the protocol of the server's kind of address"

_OPTION = re.compile(r"(?:^|,)\s*((?:mount)?proto)=(tcp|udp|rdma)(6?)(?=\s*(?:,|$))")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield each option that contradicts the server's address."""
    pointer = ("spec", "mountOptions")
    server = obj.get("spec", "nfs", "server")
    try:
        version = ipaddress.ip_address(server if isinstance(server, str) else "").version
    except ValueError:
        return
    for index, options in enumerate(obj.sequence(*pointer)):
        for option, protocol, six in _OPTION.findall(options) if isinstance(options, str) else ():
            if bool(six) != (version == 6):
                message = f"{option}={protocol}{six} can't reach {server}, which is an IPv{version} address"
                right = f"{option}={protocol}{'6' if version == 6 else ''}"
                yield Problem(message, obj, (*pointer, index), hint=f"write {right}")
