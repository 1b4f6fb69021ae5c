from datetime import timedelta

import pytest

from ..cases import TODAY, Case, check


def ends(kind: str, days: int | str) -> str:
    """Return an object that ends in so many days."""
    text = TODAY + timedelta(days=days) if isinstance(days, int) else days
    annotation = f"{{hosting.ungleich.ch/expires: '{text}'}}"
    return f"apiVersion: v1\nkind: {kind}\nmetadata: {{name: web-tls, annotations: {annotation}}}\n"


AT = "overlays/customers/acme/shop/kustomization.yaml:1"
CASES = [
    Case("no end", {"acme/shop": "apiVersion: v1\nkind: Namespace\nmetadata: {name: n}\n"}),
    Case("a copy's last day", {"acme/shop": ends("Namespace", 0)}),
    Case("a copy that was forgotten", {"acme/shop": ends("Namespace", -1)}, [f"{AT} # this copy ended on"]),
    Case("a certificate with time left", {"acme/shop": ends("SealedSecret", 21)}),
    Case(
        "a certificate to renew",
        {"acme/shop": ends("SealedSecret", 20)},
        [f"{AT} # the certificate in web-tls ends on"],
    ),
    Case("a certificate that has ended", {"acme/shop": ends("SealedSecret", -1)}, [f"{AT} # in web-tls ended on"]),
    Case("no date", {"acme/shop": ends("Namespace", "soon")}, [f"{AT} # 'soon' is no date"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("expired", case)
