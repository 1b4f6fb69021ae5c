import pytest

from validators.policy.components import ORDER, later

from ..cases import Case, check


def _customer(*names: str) -> dict[str, str]:
    lines = "".join(f"  - ../../../../components/{name}\n" for name in names)
    return {"kustomization.yaml": f"resources:\n  - ../../../../base\ncomponents:\n{lines}"}


def _platform(*names: str) -> dict[str, str]:
    return {"platform/kustomization.yaml": _customer(*names)["kustomization.yaml"]}


K = "kustomization.yaml"
CASES = [
    Case("customer", _customer("sealed-secrets", "async", "ingress", "hosts/2", "egress")),
    Case("platform", _platform("tenant", "postgres/cnpg", "valkey", "storage/cephfs", "monitoring", "sizing")),
    Case("one", _customer("gateway")),
    Case("another order that changes nothing", _customer("egress", "ingress", "scheduler", "async", "sealed-secrets")),
    Case("the worker of its own takes what comes later", _customer("async", "sealed-secrets")),
    Case("sizing first", _platform("sizing", "tenant")),
    Case("unknown ones are another rule's", _customer("hosts/9", "sealed-secrets")),
    Case("no list", {K: "components: ingress\n"}),
    Case("no texts", {K: "components: [1, {a: b}]\n"}),
    Case(
        "the worker first",
        _customer("async-container", "sealed-secrets"),
        [f"{K}:5 # sealed-secrets stands below async"],
    ),
    Case("hosts first", _customer("hosts/2", "ingress"), [f"{K}:5 # ingress stands below hosts/2"]),
    Case(
        "the namespace last",
        _platform("nfs-server", "tenant"),
        [f"platform/{K}:5 # tenant stands below nfs-server"],
    ),
    Case(
        "both routes",
        _customer("hosts/2", "ingress", "egress", "gateway"),
        [f"{K}:5 # ingress stands below hosts/2", f"{K}:7 # gateway stands below hosts/2"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("component-order", case)


def test_the_documented_order_is_right() -> None:
    assert later("sealed-secrets")
    for first in ORDER:
        assert all(ORDER.index(first) < ORDER.index(other) for other in later(first))
