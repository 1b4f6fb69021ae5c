import pytest

from ..cases import Case, check
from ..workloads import manifest

POLICY = "NetworkPolicy/web /spec"


def given(**spec: object) -> str:
    return manifest("NetworkPolicy", "web", spec={"podSelector": {}, **spec})


def peers(direction: str, **peer: object) -> str:
    return given(**{direction: [{{"ingress": "from", "egress": "to"}[direction]: [peer]}]})


CASES = [
    Case("no rules", given()),
    Case("pods", peers("ingress", podSelector={})),
    Case("a namespace", peers("ingress", namespaceSelector={"matchLabels": {"a": "b"}})),
    Case("a network", peers("ingress", ipBlock={"cidr": "2001:db8::/64"})),
    Case("out to the internet", peers("egress", ipBlock={"cidr": "::/0"})),
    Case("an empty rule", given(ingress=[{}]), [f"{POLICY}/ingress/0 # allows everybody"]),
    Case("an empty list", given(ingress=[{"from": []}]), [f"{POLICY}/ingress/0"]),
    Case("only a port", given(egress=[{"ports": [{"port": 25}]}]), [f"{POLICY}/egress/0 # without to"]),
    Case(
        "the internet", peers("ingress", ipBlock={"cidr": "::/0"}), [f"{POLICY}/ingress/0/from/0/ipBlock/cidr # ::/0"]
    ),
    Case("the old one", peers("ingress", ipBlock={"cidr": "0.0.0.0/0"}), [f"{POLICY}/ingress/0/from/0/ipBlock/cidr"]),
    Case(
        "half of the internet", peers("ingress", ipBlock={"cidr": "::/1"}), [f"{POLICY}/ingress/0/from/0/ipBlock/cidr"]
    ),
    Case("no network", peers("ingress", ipBlock={"cidr": ["::/0"]})),
    Case(
        "all customers",
        peers("egress", namespaceSelector={}),
        [f"{POLICY}/egress/0/to/0/namespaceSelector # all namespaces"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("network-policy-open", case)
