"""A customer called like another one, with a hyphen and more.

What: two customers, one's name that of the other with `-` and something behind it: acme and acme-shop.
Why: acme may deploy into the namespaces acme-*, and these would be acme-shop's, too: ArgoCD's project would keep the
two no longer apart.

Bad:

    # file: acme/shop
    kind: Service
    metadata: {name: web, namespace: acme-shop}
    # file: acme-shop/site
    kind: Service
    metadata: {name: web, namespace: acme-shop-site}

Good:

    # file: acme/shop
    kind: Service
    metadata: {name: web, namespace: acme-shop}
    # file: acmeshop/site
    kind: Service
    metadata: {name: web, namespace: acmeshop-site}

Fix: give the newer customer another name, in both zones.
"""

from collections.abc import Iterator

from ..app import App
from ..finding import Place
from ..tree import KUSTOMIZATION
from . import FLEET, Problem

ID = "customer-prefix"
SCOPE = FLEET
HINT = "give the newer customer another name, in both zones"


def facts(app: App) -> list[list]:
    """Return where the app's namespace is set; the customers are the apps' names."""
    folder = app.platform if app.platform.files else app.customer
    pointer = ("namespace",) if app.platform.files else ()
    return [[*app.place_in(folder, KUSTOMIZATION, pointer)]]


def check(facts: dict[str, list[list]]) -> Iterator[Problem]:
    """Yield each app of a customer whose name begins with another's and a hyphen."""
    customers = {name.partition("/")[0] for name in facts}
    for app in sorted(facts):
        customer = app.partition("/")[0]
        for other in sorted(customers):
            if customer.startswith(f"{other}-"):
                message = f"customer {customer} would be in reach of {other}'s project, {other}-*"
                yield Problem(message, place=Place(*facts[app][0]), app=app)
