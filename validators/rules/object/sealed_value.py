"""A SealedSecret whose values aren't sealed.

What: values that kubeseal didn't write (it writes base64 that starts with `Ag`), cut-off ones, none at all, and keys
that its type needs and it lacks. The template's `EDIT` is not-sealed-yet's.
Why: the controller can't unseal it, so there is no Secret and the pods don't start. Plain text in git is known to
all.

Bad:

    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: database-app
    spec:
      encryptedData:
        password: hunter2

Good:

    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: database-app
    spec:
      encryptedData:
        password: AgBzx9MdLa7HzNnKD5iQ5P

Fix: make seal CUSTOMER=... APP=... CERT=cluster.pem SECRET=... KEY=..., with GENERATE=1 for a random password.
"""

import re
from collections.abc import Iterator

from ...app.app import App
from ...kubernetes import naming
from ...policy import sealing
from ...render.objects import Object
from .. import Problem, _seal

ID = "sealed-value"
KINDS = ("SealedSecret",)
HINT = "seal it with make seal"

# A ciphertext starts with the length of the encrypted session key, that of the controller's RSA key: 256 (2048 bits),
# 384, 512 (what the controller makes by itself) or 1024 bytes, as 0x0100 to 0x0400.
_SEALED = re.compile(r"(?:A[QYg]|BA)[A-Za-z0-9+/]+={0,2}\Z")
_NEEDED = {
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/basic-auth": ("password",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield the values of a SealedSecret that the controller can't unseal, and keys that are missing."""
    sealed = obj.mapping("spec", "encryptedData")
    if not sealed:
        yield Problem("nothing is sealed", obj, ("spec", "encryptedData"), hint=_seal.command(app, obj.name))
    for key, value in sealed.items():
        pointer = ("spec", "encryptedData", key)
        hint = _seal.command(app, obj.name, str(key))
        if wrong := naming.data_key(key):
            yield Problem(f"the key {str(key)[:80]!r} {wrong}", obj, pointer)
        if value == sealing.UNSEALED:
            continue
        if not isinstance(value, str) or not value.strip():
            yield Problem(f"{key} isn't sealed yet", obj, pointer, hint=hint)
        elif not _SEALED.match(value):
            yield Problem(
                f"{key} isn't what kubeseal writes", obj, pointer, hint=f"{hint}; change the value if it is real"
            )
        elif len(value) % 4 == 1:
            yield Problem(f"{key} is cut off", obj, pointer, hint=hint)
    keys = {*sealed, *obj.mapping("spec", "template", "data")}
    kind = str(obj.get("spec", "template", "type"))
    for key in _NEEDED.get(kind, ()):
        if key not in keys:
            hint = _seal.command(app, obj.name, key)
            yield Problem(
                f"there is no key {key}, which type {kind} needs", obj, ("spec", "template", "type"), hint=hint
            )
