"""A customer called like another one with a hyphen and more.

What: two customers of whom one's name goes on after a hyphen where the other's ends: acme and acme-shop.
Why: ArgoCD lets acme deploy to the namespaces acme-*: those of acme-shop are among them.

Bad:

    # file: acme/shop
    kind: Namespace
    metadata: {name: acme-shop}
    # file: acme-shop/site
    kind: Namespace
    metadata: {name: acme-shop-site}

Good:

    # file: acme/shop
    kind: Namespace
    metadata: {name: acme-shop}
    # file: acmeshop/site
    kind: Namespace
    metadata: {name: acmeshop-site}

Fix: give the newer customer a name that doesn't begin with another's and a hyphen, in both zones.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import Place
from ...sources.folder import KUSTOMIZATION
from .. import Problem, _fleet

ID = "customer-prefix"
HINT = "give the newer customer a name that doesn't begin with another's and a hyphen, in both zones"


def facts(app: App) -> list[_fleet.Fact]:
    """Return the customer's name, where the platform says it."""
    place = app.place_in(app.platform, KUSTOMIZATION, ("namespace",))
    return [[app.name.split("/")[0], [*place]]]


def check(facts: dict[str, list[_fleet.Fact]]) -> Iterator[Problem]:
    """Yield each app of a customer whose name begins with another's."""
    customers = {name for found in facts.values() for name, _ in found}
    for app, found in facts.items():
        for customer, place in found:
            parts = customer.split("-")
            shorter = ("-".join(parts[:count]) for count in range(1, len(parts)))
            if other := next((name for name in shorter if name in customers), None):
                yield Problem(f"namespaces of {customer} are {other}'s, too: {other}-*", place=Place(*place), app=app)
