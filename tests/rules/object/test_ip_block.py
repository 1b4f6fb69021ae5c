import pytest

from ..cases import Case, check


def _policy(block: str, direction: str = "egress", peers: str = "to") -> str:
    rule = f"[{{}}, {{{peers}: [{{podSelector: {{}}}}, {{ipBlock: {block}}}]}}]"
    return f"kind: NetworkPolicy\nmetadata: {{name: p}}\nspec: {{{direction}: {rule}}}\n"


AT = "NetworkPolicy/p /spec/egress/1/to/1/ipBlock"
CASES = [
    Case("all", _policy("{cidr: '::/0'}")),
    Case("IPv4", _policy("{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}")),
    Case("one address", _policy("{cidr: '2001:db8::1/128'}")),
    Case("an exception", _policy("{cidr: '2001:db8::/32', except: ['2001:db8:1::/64', '2001:db8:2::/64']}")),
    Case("no prefix", _policy("{cidr: '2001:db8::'}"), [f"{AT}/cidr # '2001:db8::' isn't a network"]),
    Case("a long prefix", _policy("{cidr: '::/129'}"), [f"{AT}/cidr # '::/129'"]),
    Case("bits behind the prefix", _policy("{cidr: '2001:db8::1/64'}"), [f"{AT}/cidr # '2001:db8::1/64'"]),
    Case("zeros in front", _policy("{cidr: 010.0.0.0/8}"), [f"{AT}/cidr # '010.0.0.0/8'"]),
    Case("a number", _policy("{cidr: 10}"), [f"{AT}/cidr # '10'"]),
    Case("no exception", _policy("{cidr: '::/0', except: [nobody]}"), [f"{AT}/except/0 # 'nobody' isn't a network"]),
    Case("outside", _policy("{cidr: 'fd00::/64', except: ['fd01::/80']}"), [f"{AT}/except/0 # smaller part of fd00"]),
    Case("all of it", _policy("{cidr: 'fd00::/64', except: ['fd00::/64']}"), [f"{AT}/except/0 # isn't a smaller part"]),
    Case("another family", _policy("{cidr: '::/0', except: [10.0.0.0/8]}"), [f"{AT}/except/0 # 10.0.0.0/8 isn't"]),
    Case(
        "incoming",
        _policy("{cidr: x}", "ingress", "from"),
        ["NetworkPolicy/p /spec/ingress/1/from/1/ipBlock/cidr # 'x' isn't a network"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("ip-block", case)
