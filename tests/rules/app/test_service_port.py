import pytest

from ..cases import Case, check

WEB = """---
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {n: web, image: app}}
    spec: {containers: [{name: web, ports: [{name: http, containerPort: 8000}, {containerPort: 53, protocol: UDP}]}]}
"""


def _service(ports: str, selector: str = "{n: web}") -> str:
    return f"{WEB}---\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {selector}, ports: {ports}}}\n"


def _policy(port: str, selector: str = "{matchLabels: {n: web}}") -> str:
    spec = f"{{podSelector: {selector}, ingress: [{{ports: [{{port: {port}}}]}}]}}"
    return f"{WEB}---\nkind: NetworkPolicy\nmetadata: {{name: allow}}\nspec: {spec}\n"


def _other(kind: str, spec: str) -> str:
    return f"{WEB}---\nkind: {kind}\nmetadata: {{name: web}}\nspec: {spec}\n"


P = "Service/web /spec/ports/0"
CASES = [
    Case("by name", _service("[{port: 80, targetPort: http}]")),
    Case("by number", _service("[{port: 80, targetPort: 8000}]")),
    Case("the same number", _service("[{port: 8000}]")),
    Case("UDP", _service("[{port: 53, protocol: UDP}]")),
    Case("no selector, endpoints by hand", _service("[{port: 5432}]", "{}")),
    Case("an operator's pods", _service("[{port: 5432}]", "{cnpg.io/cluster: database}")),
    Case("policy by name", _policy("http")),
    Case("policy for a number that nobody declares", _policy("9999")),
    Case("policy that selects nothing yet", _policy("http", "{matchLabels: {n: none}}")),
    Case("monitor", _other("PodMonitor", "{selector: {matchLabels: {n: web}}, podMetricsEndpoints: [{port: http}]}")),
    Case("another name", _service("[{port: 80, targetPort: web}]"), [f"{P}/targetPort # no port web/TCP"]),
    Case("another number", _service("[{port: 80, targetPort: 8080}]"), [f"{P}/targetPort # no port 8080/TCP"]),
    Case("no target", _service("[{port: 80}]"), [f"{P}/port # no port 80/TCP"]),
    Case("another protocol", _service("[{port: 8000, protocol: UDP}]"), [f"{P}/port # no port 8000/UDP"]),
    Case("no pods", _service("[{port: 80}]", "{n: site}"), ["Service/web /spec/selector # selects no pod"]),
    Case(
        "one label too many",
        _service("[{port: 8000}]", "{n: web, tier: site}"),
        ["Service/web /spec/selector # selects no pod"],
    ),
    Case("policy by another name", _policy("web"), ["NetworkPolicy/allow /spec/ingress/0/ports/0/port # no port web"]),
    Case(
        "budget",
        _other("PodDisruptionBudget", "{selector: {matchLabels: {n: site}}}"),
        ["PodDisruptionBudget/web /spec/selector # selects no pod"],
    ),
    Case(
        "monitor of a port that isn't there",
        _other("PodMonitor", "{selector: {matchLabels: {n: web}}, podMetricsEndpoints: [{port: metrics}]}"),
        ["PodMonitor/web /spec/podMetricsEndpoints/0/port # no port metrics"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("service-port", case)
