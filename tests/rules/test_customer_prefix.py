import pytest

from .cases import Case, check

WEB = "kind: Service\nmetadata: {name: web}\n"

CASES = [
    Case("one customer", {"acme/shop": WEB, "acme/shop-old": WEB}),
    Case("no hyphen between", {"acme/shop": WEB, "acmeshop/site": WEB}),
    Case("a common beginning", {"acme-a/shop": WEB, "acme-b/site": WEB}),
    Case(
        "one's name and more",
        {"acme/shop": WEB, "acme-shop/site": WEB, "acme-shop/wiki": WEB},
        [
            "overlays/ungleich/acme-shop/site/kustomization.yaml:1 # in reach of acme's project, acme-*",
            "overlays/ungleich/acme-shop/wiki/kustomization.yaml:1 # in reach of acme's",
        ],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("customer-prefix", case)
