"""A secret of a new app that nobody has sealed yet.

What: a value of a SealedSecret that is still the template's `EDIT`.
Why: the app is complete but for its secrets. Deployed like this, its pods wait for them and don't start; nobody else is
harmed, so it is a warning.

Bad:

    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: database-app
    spec:
      encryptedData:
        password: EDIT

Good:

    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: database-app
    spec:
      encryptedData:
        password: AgBzx9MdLa7HzNnKD5iQ5P

Fix: make seal CUSTOMER=... APP=... CERT=cluster.pem SECRET=... KEY=..., with GENERATE=1 for a random password. The
password of a database elsewhere is the one that its server knows: type it in.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import WARNING
from ...policy import sealing
from ...render.objects import Object
from .. import Problem, _seal

ID = "not-sealed-yet"
SEVERITY = WARNING
KINDS = ("SealedSecret",)
HINT = "seal it with make seal"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield the values that are still the template's."""
    for key, value in obj.mapping("spec", "encryptedData").items():
        if value == sealing.UNSEALED:
            problem = f"{key} isn't sealed yet"
            yield Problem(problem, obj, ("spec", "encryptedData", key), hint=_seal.command(app, obj.name, str(key)))
