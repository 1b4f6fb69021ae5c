import pytest

from ..cases import Case, check


def _web(probe: str, field: str = "livenessProbe", place: str = "containers", more: str = "") -> str:
    container = f"{{name: web{more}, ports: [{{name: http, containerPort: 8000}}], {field}: {probe}}}"
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{{place}: [{container}]}}}}}}\n"


AT = "Deployment/web /spec/template/spec/containers/0"
LIVE, READY = f"{AT}/livenessProbe", f"{AT}/readinessProbe"
CASES = [
    Case(
        "http", _web("{httpGet: {path: /up/, port: http}, initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 1}")
    ),
    Case("number of a declared port", _web("{tcpSocket: {port: 8000}}")),
    Case("exec", _web("{exec: {command: [pg_isready]}}")),
    Case(
        "a readiness probe may want several", _web("{tcpSocket: {port: http}, successThreshold: 3}", "readinessProbe")
    ),
    Case("a sidecar", _web("{tcpSocket: {port: http}}", place="initContainers", more=", restartPolicy: Always")),
    Case(
        "liveness 2", _web("{tcpSocket: {port: http}, successThreshold: 2}"), [f"{LIVE}/successThreshold # must be 1"]
    ),
    Case(
        "startup 2",
        _web("{tcpSocket: {port: http}, successThreshold: 2}", "startupProbe"),
        [f"{AT}/startupProbe/successThreshold # of a startupProbe"],
    ),
    Case("timeout 0", _web("{tcpSocket: {port: http}, timeoutSeconds: 0}"), [f"{LIVE}/timeoutSeconds # is 0"]),
    Case("period 0", _web("{tcpSocket: {port: http}, periodSeconds: 0}"), [f"{LIVE}/periodSeconds # is 0"]),
    Case("delay", _web("{tcpSocket: {port: http}, initialDelaySeconds: -1}"), [f"{LIVE}/initialDelaySeconds # is -1"]),
    Case("failures", _web("{tcpSocket: {port: http}, failureThreshold: 0}"), [f"{LIVE}/failureThreshold # is 0"]),
    Case("no handler", _web("{periodSeconds: 5}"), [f"{LIVE} # nothing to ask"]),
    Case(
        "two handlers",
        _web("{tcpSocket: {port: http}, exec: {command: [true]}}"),
        [f"{LIVE} # has tcpSocket and exec"],
    ),
    Case("other name", _web("{tcpSocket: {port: web}}"), [f"{LIVE}/tcpSocket/port # no port web"]),
    Case("other number", _web("{tcpSocket: {port: 8080}}"), [f"{LIVE}/tcpSocket/port # no port 8080"]),
    Case("0", _web("{tcpSocket: {port: 0}}"), [f"{LIVE}/tcpSocket/port # 0 isn't a port"]),
    Case("number as text", _web("{tcpSocket: {port: '8000'}}"), [f"{LIVE}/tcpSocket/port # no letter"]),
    Case("no port", _web("{httpGet: {path: /}}"), [f"{LIVE}/httpGet # has no port"]),
    Case("path", _web("{httpGet: {path: up, port: http}}"), [f"{LIVE}/httpGet/path # 'up' has no /"]),
    Case("empty command", _web("{exec: {command: []}}"), [f"{LIVE}/exec # command is empty"]),
    Case(
        "grace of a readiness probe",
        _web("{tcpSocket: {port: http}, terminationGracePeriodSeconds: 5}", "readinessProbe"),
        [f"{READY}/terminationGracePeriodSeconds # ends nothing"],
    ),
    Case(
        "an init container",
        _web("{tcpSocket: {port: http}}", place="initContainers"),
        ["Deployment/web /spec/template/spec/initContainers/0/livenessProbe # init container web"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("probe-values", case)
