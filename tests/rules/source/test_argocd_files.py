import pytest

from ..cases import Case, check

CASES = [
    Case("plain", {"platform/kustomization.yaml": "", "platform/sizing.yaml": "", "platform/README.md": ""}),
    Case("names that look alike", {"platform/chart-config.yaml": "", "platform/kustomization.md": ""}),
    Case("source", {"platform/.argocd-source.yaml": ""}, ["platform/.argocd-source.yaml:1 # changes what ArgoCD"]),
    Case("source of one app", {"platform/.argocd-source-web.yaml": ""}, ["platform/.argocd-source-web.yaml:1"]),
    Case("chart", {"platform/Chart.yaml": ""}, ["platform/Chart.yaml:1"]),
    Case("second name", {"platform/kustomization.yml": ""}, ["platform/kustomization.yml:1"]),
    Case("third name", {"platform/Kustomization": ""}, ["platform/Kustomization:1"]),
    Case("jsonnet", {"platform/web.jsonnet": ""}, ["platform/web.jsonnet:1"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("argocd-files", case)
