import pytest

from ..cases import Case, check

P = {
    "platform/kustomization.yaml": "namespace: example-app\nresources: [a.yaml]\n",
    "platform/a.yaml": "kind: Service\napiVersion: v1\nmetadata: {name: web}\n",
}
BASE = """apiVersion: v1
kind: ConfigMap
metadata: {name: app-config-2456789bcd, namespace: example-app}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: app-defaults-2456789bcd, namespace: example-app}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: example-app}
---
"""
WEB = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: example-app}
spec: {template: {spec: {containers: [{name: web}], volumes: [{name: a, secret: {secretName: b}}]}}}
"""
LISTED = {**P, "platform/a.yaml": P["platform/a.yaml"] + "---\n" + WEB}
CASES = [
    Case("what is listed", {**P, "rendered": BASE}),
    Case("a pod with its container", {**LISTED, "rendered": BASE + WEB}),
    Case(
        "missing",
        {**P, "rendered": BASE.replace("kind: Service", "kind: ConfigMap").replace("web", "x-2456789bcd")},
        ["kustomization.yaml:1 # Service/web is missing"],
    ),
    Case(
        "a job",
        {**P, "rendered": BASE + "apiVersion: batch/v1\nkind: Job\nmetadata: {name: x, namespace: example-app}\n"},
        ["Job/x / # no component"],
    ),
    Case(
        "elsewhere",
        {**P, "rendered": BASE.replace("name: web, namespace: example-app", "name: web, namespace: x")},
        ["Service/web /metadata/namespace # not example-app"],
    ),
    Case(
        "a container more",
        {**LISTED, "rendered": BASE + WEB.replace("[{name: web}]", "[{name: web}, {name: x}]")},
        ["Deployment/web /spec/template/spec/containers/1 # x"],
    ),
    Case(
        "a container less",
        {**LISTED, "rendered": BASE + WEB.replace("[{name: web}]", "[]")},
        ["Deployment/web /spec/template/spec/containers/0 # web"],
    ),
    Case(
        "a host path",
        {**LISTED, "rendered": BASE + WEB.replace("secret: {secretName: b}", "hostPath: {path: /}")},
        ["Deployment/web /spec/template/spec/volumes/0 # volume a"],
    ),
    Case(
        "another's secret",
        {**LISTED, "rendered": BASE + WEB.replace("name: web}]", "name: web, envFrom: [{secretRef: {name: x}}]}]")},
        ["Deployment/web /spec/template/spec/containers/0/envFrom/0/secretRef/name # Secret x"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("object-set", case)
