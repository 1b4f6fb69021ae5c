"""One external database, two apps.

What: two apps whose SealedSecret database-app names the same host, port and database.
Why: their migrations change each other's tables, and one customer reads the other's data.

Bad:

    # file: example/shop
    kind: SealedSecret
    metadata: {name: database-app}
    spec: {template: {data: {host: db1.example.com, port: "5432", dbname: app}}}
    # file: example/blog
    kind: SealedSecret
    metadata: {name: database-app}
    spec: {template: {data: {host: db1.example.com, port: "5432", dbname: app}}}

Good:

    # file: example/shop
    kind: SealedSecret
    metadata: {name: database-app}
    spec: {template: {data: {host: db1.example.com, port: "5432", dbname: shop}}}
    # file: example/blog
    kind: SealedSecret
    metadata: {name: database-app}
    spec: {template: {data: {host: db1.example.com, port: "5432", dbname: blog}}}

Fix: write the app's own dbname, in uri as well.
"""

from collections.abc import Iterator

from ...app.app import App
from .. import Problem, _fleet

ID = "database-duplicate"
HINT = "write the app's own dbname in database-secret.yaml, in uri as well"


def facts(app: App) -> list[_fleet.Fact]:
    """Return the external database of an app; the host of one inside its namespace has no dots."""
    secret = app.find("SealedSecret", "database-app")
    data = secret.mapping("spec", "template", "data") if secret else {}
    host = str(data.get("host", "")).rstrip(".").lower()
    if secret is None or not ("." in host or ":" in host) or not data.get("dbname"):
        return []
    where = f"{data['dbname']} at {host}:{data.get('port', '5432')}"
    return [_fleet.fact(where, app, secret, ("spec", "template", "data", "dbname"))]


def check(facts: dict[str, list[_fleet.Fact]]) -> Iterator[Problem]:
    """Yield each database that another app uses, too."""
    for database, app, other, place in _fleet.shared(facts):
        yield Problem(f"database {database[:150]} is that of {other}, too", place=place, app=app)
