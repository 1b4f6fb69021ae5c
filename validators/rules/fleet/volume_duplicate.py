"""One volume or address, two apps.

What: two apps with a PersistentVolume of one name, of the same folder of an NFS server or the same volume of a
driver, and two Services with one fixed address.
Why: PersistentVolumes belong to the whole cluster, so the second app overwrites the first one's; with one folder each
customer reads and deletes the other's files. The second Service of an address is refused.

Bad:

    # file: example/shop
    kind: PersistentVolume
    metadata: {name: example-shop-media}
    spec: {nfs: {server: "fd00:10:96::a001", path: /media}}
    # file: example/blog
    kind: PersistentVolume
    metadata: {name: example-blog-media}
    spec: {nfs: {server: "fd00:10:96::a001", path: /media}}

Good:

    # file: example/shop
    kind: PersistentVolume
    metadata: {name: example-shop-media}
    spec: {nfs: {server: "fd00:10:96::a001", path: /media}}
    # file: example/blog
    kind: PersistentVolume
    metadata: {name: example-blog-media}
    spec: {nfs: {server: "fd00:10:96::a002", path: /media}}

Fix: <customer>-<app>-media as the name, and an NFS server, or a folder, of its own for each app.
"""

import ipaddress
from collections.abc import Iterator

from ...app.app import App
from .. import Problem, _fleet

ID = "volume-duplicate"
HINT = "write <customer>-<app>-media as the name, and a server or folder of the app's own"


def facts(app: App) -> list[_fleet.Fact]:
    """Return the volumes and fixed addresses of an app."""
    found = []
    for obj in app.of_kind("PersistentVolume"):
        found.append(_fleet.fact(f"PersistentVolume {obj.name}", app, obj, ("metadata", "name")))
        if server := obj.get("spec", "nfs", "server"):
            path = "/" + str(obj.get("spec", "nfs", "path", default="")).strip("/")
            found.append(_fleet.fact(f"folder {path} of {_address(server)}", app, obj, ("spec", "nfs", "server")))
        if handle := obj.get("spec", "csi", "volumeHandle"):
            found.append(_fleet.fact(f"volume {handle}", app, obj, ("spec", "csi", "volumeHandle")))
    for obj in app.of_kind("Service"):
        address = obj.get("spec", "clusterIP")
        if address and address != "None":
            found.append(_fleet.fact(f"address {_address(address)}", app, obj, ("spec", "clusterIP")))
    return found


def check(facts: dict[str, list[_fleet.Fact]]) -> Iterator[Problem]:
    """Yield each volume and address that another app has, too."""
    for what, app, other, place in _fleet.shared(facts):
        yield Problem(f"{what[:150]} is that of {other}, too", place=place, app=app)


def _address(value: object) -> str:
    """Return an address in its shortest form: IPv6 has many ways to write one."""
    try:
        return str(ipaddress.ip_address(str(value).strip("[]")))
    except ValueError:
        return str(value).lower()
