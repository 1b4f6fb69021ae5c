import pytest

from ..cases import Case, check


def _app(customer: str) -> str:
    return f"kind: Namespace\nmetadata: {{name: {customer}-site}}\n"


CASES = [
    Case("names of their own", {f"{name}/site": _app(name) for name in ("acme", "acmeshop", "shop-acme", "shopping")}),
    Case("two of one customer", {"acme/site": _app("acme"), "acme/shop": _app("acme")}),
    Case("parts of no other", {"acme-shop/site": _app("acme-shop"), "acme-blog/site": _app("acme-blog")}),
    Case(
        "one goes on after a hyphen",
        {"acme/site": _app("acme"), "acme-shop/site": _app("acme-shop")},
        ["overlays/ungleich/acme-shop/site/kustomization.yaml:1 # namespaces of acme-shop are acme's, too: acme-*"],
    ),
    Case(
        "two parts more",
        {"acme/site": _app("acme"), "acme-old-shop/site": _app("acme-old-shop")},
        ["overlays/ungleich/acme-old-shop/site/kustomization.yaml:1 # acme's, too"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("customer-prefix", case)
