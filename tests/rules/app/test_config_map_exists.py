import pytest

from ..cases import Case, check

MAP = "---\nkind: ConfigMap\nmetadata: {name: app-config-t92gc66kcc}\ndata: {HOSTS: a}\nbinaryData: {logo: aGk=}\n"


def _web(container: str = "", pod: str = "") -> str:
    spec = f"{{{pod}containers: [{{name: web, {container}}}]}}"
    return f"{MAP}---\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {spec}}}}}\n"


def _key(name: str, key: str, more: str = "") -> str:
    return f"env: [{{name: A, valueFrom: {{configMapKeyRef: {{name: {name}, key: {key}{more}}}}}}}]"


POD = "Deployment/web /spec/template/spec"
ENV = f"{POD}/containers/0/env/0/valueFrom/configMapKeyRef"
HASHED = "app-config-t92gc66kcc"
CASES = [
    Case("whole", _web(f"envFrom: [{{configMapRef: {{name: {HASHED}}}}}]")),
    Case("key", _web(_key(HASHED, "HOSTS"))),
    Case(
        "binary key",
        _web(pod=f"volumes: [{{name: a, configMap: {{name: {HASHED}, items: [{{key: logo, path: l}}]}}}}], "),
    ),
    Case("optional", _web(_key("other", "A", ", optional: true"))),
    Case("Kubernetes' own", _web(_key("kube-root-ca.crt", "ca.crt"))),
    Case(
        "without hash",
        _web("envFrom: [{configMapRef: {name: app-conf}}]"),
        [f"{POD}/containers/0/envFrom/0/configMapRef/name # no ConfigMap app-conf"],
    ),
    Case("another key", _web(_key(HASHED, "HOST")), [f"{ENV}/key # ConfigMap app-config has no key HOST"]),
    Case(
        "file",
        _web(pod="volumes: [{name: a, configMap: {name: nginx}}], "),
        [f"{POD}/volumes/0/configMap/name # no ConfigMap nginx"],
    ),
    Case(
        "twice, reported once",
        _web("envFrom: [{configMapRef: {name: x}}, {configMapRef: {name: x}}]"),
        [f"{POD}/containers/0/envFrom/0/configMapRef/name # no ConfigMap x"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("config-map-exists", case)
