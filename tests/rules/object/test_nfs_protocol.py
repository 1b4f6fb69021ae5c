import pytest

from ..cases import Case, check


def _volume(server: str, options: str) -> str:
    spec = f"{{mountOptions: {options}, nfs: {{server: {server}, path: /media}}}}"
    return f"kind: PersistentVolume\nmetadata: {{name: acme-shop-media}}\nspec: {spec}\n"


AT = "PersistentVolume/acme-shop-media /spec/mountOptions/"
CASES = [
    Case("IPv6 both", _volume('"2001:db8::5"', "[hard, proto=tcp6]")),
    Case("IPv4 both", _volume("10.20.0.5", "[hard, proto=tcp]")),
    Case("nothing said", _volume("10.20.0.5", "[hard]")),
    Case("a name", _volume("nfs.example.com", "[proto=tcp6]")),
    Case("the template's", _volume("EDIT", "[proto=tcp6]")),
    Case("IPv4 by tcp6", _volume("10.20.0.5", "[hard, proto=tcp6]"), [f"{AT}1 # proto=tcp6 can't reach 10.20.0.5"]),
    Case("IPv6 by tcp", _volume('"2001:db8::5"', "[proto=tcp]"), [f"{AT}0 # which is an IPv6 address"]),
    Case("several in one", _volume("10.20.0.5", "['hard,proto=rdma6,sec=sys']"), [f"{AT}0 # proto=rdma6 can't"]),
    Case("the mount's own", _volume("10.20.0.5", "[mountproto=udp6]"), [f"{AT}0 # mountproto=udp6"]),
    Case("no such protocol", _volume("10.20.0.5", "[proto=tcp66]")),
    Case("no texts", _volume("10", "[proto=tcp6, 7]")),
    Case("options of a wrong kind", _volume("10.20.0.5", "[7, {}]")),
    Case("no NFS", "kind: PersistentVolume\nmetadata: {name: a}\nspec: {mountOptions: [proto=tcp6]}\n"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("nfs-protocol", case)
