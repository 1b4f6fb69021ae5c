"""A Secret in git.

What: an object of kind Secret in what the app renders to, whether it was written or generated.
Why: base64 isn't encryption: everybody who reads the repository, now or in its history, has the password.

Bad:

    apiVersion: v1
    kind: Secret
    metadata:
      name: app
    data:
      SECRET_KEY: aHVudGVyMg==

Good:

    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata:
      name: app
    spec:
      encryptedData:
        SECRET_KEY: AgBzx9MdLa7HzNnKD5iQ5P

Fix: change the value where it is used, since it is known now, and seal the new one: make seal.
"""

from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "secret-plain"
KINDS = ("Secret",)
HINT = "change the value where it is used, since it is known now, and seal the new one: make seal"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield every Secret."""
    yield Problem(f"Secret {obj.plain_name} can be read by all who can read this repository", obj, ("kind",))
