"""A sealed value that was copied from another app, or under another name.

What: the same sealed text in SealedSecrets of two apps, or of two names in one app.
Why: kubeseal binds a value to one name in one namespace, and no two seals of a value are alike: one of the two is a copy
that can never be opened. Its Secret never comes, and the pods wait for it. It happens when an app's folder is copied.

Bad:

    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata: {name: app}
    spec:
      encryptedData:
        SECRET_KEY: AgBxc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVk
    ---
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata: {name: mail}
    spec:
      encryptedData:
        SECRET_KEY: AgBxc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVk

Good:

    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata: {name: app}
    spec:
      encryptedData:
        SECRET_KEY: AgBxc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVk
    ---
    apiVersion: bitnami.com/v1alpha1
    kind: SealedSecret
    metadata: {name: mail}
    spec:
      encryptedData:
        SECRET_KEY: AgByc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVkc2VhbGVk

Fix: seal the value anew in the copy: make seal.
"""

from collections.abc import Iterator
from hashlib import blake2b

from ...app.app import App
from ...finding import Place
from ...policy import sealing
from .. import Problem, _fleet, _seal

ID = "seal-duplicate"
HINT = "in the copy seal the value anew, with make seal: a seal fits one name in one namespace"


_SHORTEST = 100
"""Characters: kubeseal writes hundreds. What is shorter stands for a seal, as in the template."""


def facts(app: App) -> list[list]:
    """Return [digest of a sealed value, place, app's SealedSecret, key, whether the database is elsewhere] of each."""
    return [
        [
            *_fleet.fact(blake2b(str(value).encode(), digest_size=12).hexdigest(), app, obj, pointer),
            obj.name,
            str(key),
            _seal.elsewhere(app),
        ]
        for obj in app.of_kind("SealedSecret")
        for key, value in obj.mapping("spec", "encryptedData").items()
        if (pointer := ("spec", "encryptedData", key)) and len(str(value)) >= _SHORTEST
    ]


def check(facts: dict[str, list[list]]) -> Iterator[Problem]:
    """Yield a problem for each app that has the seal of another: which one is the copy isn't known here."""
    owners: dict[str, list[tuple[str, list, str, str, bool]]] = {}
    for app in sorted(facts):
        for digest, *claim in facts[app]:
            owners.setdefault(digest, []).append((app, *claim))
    for claims in owners.values():
        for app, place, name, key, elsewhere in claims:
            other = next(((one, called) for one, _, called, *_ in claims if (one, called) != (app, name)), None)
            if other:
                whose = f"Secret {other[1]}" if other[0] == app else f"{other[0]}'s Secret {other[1]}"
                message = f"the sealed {key[:80]} of Secret {name} is the same text as in {whose}: one of them can't be opened"
                command = sealing.command(app, name, key, elsewhere=elsewhere)
                yield Problem(message, place=Place(*place), app=app, hint=f"in the copy: {command}")
