import pytest

from .cases import Case, check


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
    Case("unknown ones are another rule's", _customer("hosts/9", "sealed-secrets")),
    Case("no list", {K: "components: ingress\n"}),
    Case("no texts", {K: "components: [1, {a: b}]\n"}),
    Case(
        "the worker first",
        _customer("async-container", "sealed-secrets"),
        [f"{K}:5 # sealed-secrets stands below async"],
    ),
    Case("hosts first", _customer("hosts/2", "ingress"), [f"{K}:5 # ingress stands below hosts/2"]),
    Case("sizing first", _platform("sizing", "tenant"), [f"platform/{K}:5 # tenant stands below sizing"]),
    Case(
        "one too early",
        _customer("egress", "sealed-secrets", "ingress"),
        [f"{K}:5 # sealed-secrets stands below egress", f"{K}:6 # ingress stands below egress"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("component-order", case)
