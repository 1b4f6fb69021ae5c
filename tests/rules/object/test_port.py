import pytest

from ..cases import Case, check


def _service(ports: str) -> str:
    return f"kind: Service\nmetadata: {{name: web}}\nspec: {{ports: {ports}}}\n"


def _web(*ports: str) -> str:
    rows = ", ".join(f"{{name: c{index}, ports: {row}}}" for index, row in enumerate(ports))
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: [{rows}]}}}}}}\n"


def _policy(port: str) -> str:
    return f"kind: NetworkPolicy\nmetadata: {{name: a}}\nspec: {{ingress: [{{}}, {{ports: [{port}]}}]}}\n"


P = "Service/web /spec/ports"
C = "Deployment/web /spec/template/spec/containers"
CASES = [
    Case("service", _service("[{name: http, port: 80, targetPort: http}, {name: https, port: 443, targetPort: 8443}]")),
    Case("one port needs no name", _service("[{port: 80}]")),
    Case("DNS on both protocols", _service("[{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]")),
    Case("containers", _web("[{name: http, containerPort: 8000}]", "[{name: metrics, containerPort: 8001}]", "[]")),
    Case("same number, other protocol", _web("[{containerPort: 53}]", "[{containerPort: 53, protocol: UDP}]")),
    Case(
        "one name in two containers",
        _web("[{name: http, containerPort: 8000}]", "[{name: http, containerPort: 8001}]"),
        [f"{C}/1/ports/0/name # two ports named http"],
    ),
    Case("policy range", _policy("{port: 8000, endPort: 8010}")),
    Case("policy name", _policy("{port: http}")),
    Case("0", _service("[{port: 0}]"), [f"{P}/0/port # 0 isn't a port"]),
    Case("65536", _service("[{port: 65536, targetPort: 65536}]"), [f"{P}/0/port", f"{P}/0/targetPort"]),
    Case("text", _service("[{port: '80'}]"), [f"{P}/0/port # '80' isn't a number"]),
    Case("target as text", _service("[{port: 80, targetPort: '8000'}]"), [f"{P}/0/targetPort # has no letter"]),
    Case(
        "target too long", _service("[{port: 80, targetPort: a-very-long-name}]"), [f"{P}/0/targetPort # 16 characters"]
    ),
    Case("unnamed", _service("[{port: 80}, {name: a, port: 81}]"), [f"{P}/0 # has no name"]),
    Case(
        "same number",
        _service("[{name: a, port: 80}, {name: b, port: 80}]"),
        [f"{P}/1/port # 80/TCP stands there twice"],
    ),
    Case("same name", _service("[{name: a, port: 80}, {name: a, port: 81}]"), [f"{P}/1/name # two ports named a"]),
    Case("protocol", _service("[{port: 80, protocol: HTTP}]"), [f"{P}/0/protocol # 'HTTP'"]),
    Case("container range", _web("[{containerPort: 70000}]"), [f"{C}/0/ports/0/containerPort # 70000"]),
    Case("container name", _web("[{name: Web_Port, containerPort: 80}]"), [f"{C}/0/ports/0/name # 'Web_Port'"]),
    Case("name of 16", _web("[{name: metrics-internal, containerPort: 80}]"), [f"{C}/0/ports/0/name # 16 characters"]),
    Case(
        "twice in a container",
        _web("[{name: a, containerPort: 80}, {name: b, containerPort: 80}]"),
        [f"{C}/0/ports # 80/TCP stands there twice"],
    ),
    Case(
        "two containers, one port",
        _web("[{containerPort: 8000}]", "[{containerPort: 8000}]"),
        [f"{C}/1/ports/0/containerPort # container c0's already"],
    ),
    Case(
        "policy end",
        _policy("{port: 8000, endPort: 80}"),
        ["NetworkPolicy/a /spec/ingress/1/ports/0/endPort # endPort 80"],
    ),
    Case("policy port", _policy("{port: 0}"), ["NetworkPolicy/a /spec/ingress/1/ports/0/port # 0"]),
    Case(
        "end of a range",
        "kind: NetworkPolicy\nmetadata: {name: p}\nspec: {ingress: [{ports: [{port: 80, endPort: 99999}]}]}\n",
        ["NetworkPolicy/p /spec/ingress/0/ports/0/endPort # 99999"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("port", case)
