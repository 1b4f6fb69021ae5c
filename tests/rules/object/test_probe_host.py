import pytest

from ..cases import Case, check

DEFAULTS = "---\nkind: ConfigMap\nmetadata: {name: app-defaults}\ndata: {ALLOWED_HOSTS: app.invalid}\n"
CONFIG = (
    "---\nkind: ConfigMap\nmetadata: {name: app-config-t92gc66kcc}\ndata: {HOSTS: 'shop.example.com,www.example.com'}\n"
)


def _web(probe: str, label: str = "app", field: str = "readinessProbe") -> str:
    pod = f"{{containers: [{{name: web, {field}: {probe}}}]}}"
    template = f"{{metadata: {{labels: {{hosting.ungleich.ch/image: {label}}}}}, spec: {pod}}}"
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {template}}}\n"


def _get(headers: str) -> str:
    return f"{{httpGet: {{path: /, port: http, httpHeaders: {headers}}}}}"


def _own(allowed: str) -> str:
    return f"---\nkind: ConfigMap\nmetadata: {{name: app-config}}\ndata: {{ALLOWED_HOSTS: '{allowed}'}}\n"


AT = "Deployment/web /spec/template/spec/containers/0/readinessProbe/httpGet"
CASES = [
    Case("first host", _web(_get("[{name: X, value: y}, {name: Host, value: shop.example.com}]")) + CONFIG),
    Case("another of the hosts", _web(_get("[{name: host, value: www.example.com}]")) + CONFIG),
    Case("no route, nothing derived", _web(_get("[{name: Host, value: app.invalid}]")) + CONFIG + DEFAULTS),
    Case("the customer's own", _web(_get("[{name: Host, value: a.example.org}]")) + DEFAULTS + _own(".example.org")),
    Case("any", _web(_get("[{name: Host, value: localhost}]")) + DEFAULTS + _own("*")),
    Case("TCP needs none", _web("{tcpSocket: {port: http}}") + CONFIG),
    Case("not the customer's image", _web(_get("[]"), "postgres") + CONFIG),
    Case(
        "the platform's container",
        _web("{tcpSocket: {port: http}}").replace(
            "containers:", "initContainers: [{name: nginx, readinessProbe: {httpGet: {path: /}}}], containers:"
        ),
    ),
    Case(
        "the customer's own lacks the first of HOSTS",
        _web(_get("[{name: Host, value: shop.example.com}]")) + DEFAULTS + _own("other.example.com"),
        [f"{AT}/httpHeaders/0/value # 'shop.example.com', which isn't in ALLOWED_HOSTS"],
    ),
    Case("missing", _web("{httpGet: {path: /, port: http}}") + CONFIG, [f"{AT} # sends no Host"]),
    Case("other headers only", _web(_get("[{name: X-Forwarded-Proto, value: https}]")) + CONFIG, [f"{AT} # sends no"]),
    Case("empty", _web(_get("[{name: Host, value: ''}]")), [f"{AT}/httpHeaders/0/value # sends no"]),
    Case(
        "another host",
        _web(_get("[{name: Host, value: old.example.com}]")) + CONFIG,
        [f"{AT}/httpHeaders/0/value # 'old.example.com'"],
    ),
    Case(
        "liveness too",
        _web("{httpGet: {path: /}}", field="livenessProbe"),
        ["Deployment/web /spec/template/spec/containers/0/livenessProbe/httpGet # livenessProbe of web"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("probe-host", case)
