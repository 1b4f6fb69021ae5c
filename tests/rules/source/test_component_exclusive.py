from itertools import permutations

import pytest

from validators.policy.components import CHOICES, CUSTOMER_ORDER

from ..cases import Case, check


def _listed(path: str, *names: str) -> dict[str, str]:
    return {path: "components:\n" + "".join(f"  - ../../../../components/{name}\n" for name in names)}


K, P = "kustomization.yaml", "platform/kustomization.yaml"
CASES = [
    Case("one of each", {**_listed(K, "async", "hosts/2"), **_listed(P, "postgres/cnpg", "storage/nfs")}),
    Case("ingress and gateway, while moving", _listed(K, "ingress", "gateway")),
    Case("async and scheduler", _listed(K, "async", "scheduler")),
    Case("async", _listed(K, "async", "async-container"), [f"{K}:3 # async-container and async exclude"]),
    Case("storage", _listed(P, "storage/rwo", "storage/cephfs"), [f"{P}:3 # storage/cephfs and storage/rwo"]),
    Case(
        "database", _listed(P, "postgres/external", "postgres/cnpg"), [f"{P}:3 # postgres/cnpg and postgres/external"]
    ),
    Case("hosts", _listed(K, "hosts/2", "hosts/3"), [f"{K}:3 # hosts/3 and hosts/2"]),
    Case(
        "in both zones",
        {**_listed(K, "async"), **_listed(P, "async-container")},
        [f"{P}:2 # async-container and async"],
    ),
    Case(
        "three",
        _listed(P, "storage/rwo", "storage/nfs", "storage/cephfs"),
        [f"{P}:3 # storage/nfs and storage/rwo", f"{P}:4 # storage/cephfs and storage/rwo"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("component-exclusive", case)


@pytest.mark.parametrize("first, second", [pair for choice in CHOICES for pair in permutations(choice, 2)])
def test_any_two_of_a_choice(first: str, second: str) -> None:
    path = K if {first, second} <= {*CUSTOMER_ORDER} else P
    check("component-exclusive", Case("", _listed(path, first, second), [f"{path}:3 # {second} and {first} exclude"]))
