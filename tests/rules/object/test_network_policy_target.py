import pytest

from ..cases import Case, check
from ..workloads import manifest, several, workload


def policy(name: str = "web", **spec: object) -> str:
    selector = {"matchLabels": {"app.kubernetes.io/name": name}}
    return several(workload(), manifest("NetworkPolicy", "p", spec={"podSelector": selector, **spec}))


def peer(**peer: object) -> str:
    return policy(ingress=[{"from": [peer]}])


OTHER = {"matchLabels": {"app.kubernetes.io/name": "wep"}}
CASES = [
    Case("its pods", policy()),
    Case("all pods", several(workload(), manifest("NetworkPolicy", "p", spec={"podSelector": {}}))),
    Case("the operator's", policy(podSelector={"matchLabels": {"cnpg.io/cluster": "database"}})),
    Case("pods as peers", peer(podSelector={"matchLabels": {"hosting.ungleich.ch/image": "app"}})),
    Case("pods of another namespace", peer(podSelector=OTHER, namespaceSelector={"matchLabels": {"a": "b"}})),
    Case("a network", peer(ipBlock={"cidr": "2001:db8::/64"})),
    Case("nobody", policy("wep"), ["NetworkPolicy/p /spec/podSelector # selects no pod"]),
    Case(
        "nobody as a peer", peer(podSelector=OTHER), ["NetworkPolicy/p /spec/ingress/0/from/0/podSelector # names pods"]
    ),
    Case(
        "nobody to go to",
        policy(egress=[{}, {"to": [{"ipBlock": {}}, {"podSelector": OTHER}]}]),
        ["NetworkPolicy/p /spec/egress/1/to/1/podSelector # an egress rule"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("network-policy-target", case)
