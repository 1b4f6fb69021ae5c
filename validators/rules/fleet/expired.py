"""Something that has an end, and is past it or near.

What: the date in the annotation `hosting.ungleich.ch/expires`. `make staging` writes it to the Namespace of a copy, where it is
found when it is past; `make seal` to a sealed certificate, where it is found from 21 days before.
Why: a copy of real data that everybody has forgotten; and visitors whom browsers keep out of a site from one minute to the
next. What is sealed nobody can read, so when it ends must be written beside it.

Bad:

    apiVersion: v1
    kind: Namespace
    metadata:
      name: acme-shop-staging
      annotations:
        hosting.ungleich.ch/expires: "2024-01-31"

Good:

    apiVersion: v1
    kind: Namespace
    metadata:
      name: acme-shop-staging
      annotations:
        hosting.ungleich.ch/expires: "2999-01-31"

Fix: delete the copy, or write a later date; seal the new certificate.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from ...app.app import App
from ...finding import WARNING, Place
from ...policy import sealing
from .. import Problem, _fleet

ID = "expired"
SEVERITY = WARNING
HINT = "delete it, or write a later date"

EXPIRES = "hosting.ungleich.ch/expires"
_BEFORE = {"SealedSecret": timedelta(days=21)}
_AT = ("metadata", "annotations", EXPIRES)


def facts(app: App) -> list[list]:
    """Return [date, place, kind, name] of each object that has an end. The date isn't held against today here: facts are kept."""
    return [
        [*_fleet.fact(str(obj.annotations[EXPIRES]), app, obj, _AT), obj.kind, obj.name]
        for obj in app.objects
        if EXPIRES in obj.annotations
    ]


def check(facts: dict[str, list[list]]) -> Iterator[Problem]:
    """Yield what has ended or ends soon, and what isn't a date."""
    today = _fleet.today()
    for app in sorted(facts):
        for text, place, kind, name in facts[app]:
            try:
                until = date.fromisoformat(text)
            except ValueError:
                yield Problem(f"{text[:40]!r} is no date", place=Place(*place), app=app, hint='write "2027-01-31"')
                continue
            if until - _BEFORE.get(kind, timedelta()) >= today:
                continue
            said = f"{'ended' if until < today else 'ends'} on {until}"
            if kind == "SealedSecret":
                command = f"{sealing.command(app, name, 'tls.crt')} < new.crt, and tls.key likewise"
                yield Problem(f"the certificate in {name} {said}", place=Place(*place), app=app, hint=command)
            else:
                hint = "delete the app (docs/platform-guide.md#delete-an-app), or write a later date"
                yield Problem(f"this copy {said}", place=Place(*place), app=app, hint=hint)
