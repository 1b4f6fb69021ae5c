"""A place of a new app that nobody has named yet.

What: the address of an NFS server, or where an external database is, that is still the template's `EDIT`.
Why: deployed like this, the app's pods wait for a server that isn't there and don't start; nobody else is harmed, so it is
a warning.

Bad:

    apiVersion: v1
    kind: PersistentVolume
    metadata:
      name: acme-shop-media
    spec:
      nfs:
        server: EDIT
        path: /media

Good:

    apiVersion: v1
    kind: PersistentVolume
    metadata:
      name: acme-shop-media
    spec:
      nfs:
        server: "2001:db8::2049"
        path: /media

Fix: write the server's fixed address, or its name, in the app's platform folder; the message quotes the text to replace.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import WARNING
from ...render.objects import Object
from .. import Problem, _seal

ID = "placeholder"
SEVERITY = WARNING
KINDS = ("PersistentVolume", "SealedSecret")
HINT = "write the server's address or name in place of EDIT"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield the values that are still the template's."""
    if obj.kind == "PersistentVolume":
        if found := _seal.placeholder(obj.get("spec", "nfs", "server")):
            hint = f"in place of {found} write the server's fixed address or name"
            yield Problem("nobody has said where the NFS server is", obj, ("spec", "nfs", "server"), hint=hint)
        return
    pointer = ("spec", "template", "data")
    for key, value in obj.mapping(*pointer).items():
        if found := _seal.placeholder(value):
            hint = f"in place of {found} write the database's"
            yield Problem(f"nobody has said the database's {key}", obj, (*pointer, key), hint=hint)
