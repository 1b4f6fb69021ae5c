import pytest

from ..cases import Case, check

CASES = [
    Case("plain", {"platform/kustomization.yaml": "", "platform/sizing.yaml": "", "platform/README.md": ""}),
    Case(
        "names that look alike",
        {"platform/chart-config.yaml": "", "platform/kustomization.md": "", "platform/flowchart.yaml": ""},
    ),
    Case("source", {"platform/.argocd-source.yaml": ""}, ["platform/.argocd-source.yaml:1 # changes what ArgoCD"]),
    Case("source of one app", {"platform/.argocd-source-web.yaml": ""}, ["platform/.argocd-source-web.yaml:1"]),
    Case("chart", {"platform/Chart.yaml": ""}, ["platform/Chart.yaml:1"]),
    Case("second name", {"platform/kustomization.yml": ""}, ["platform/kustomization.yml:1"]),
    Case("third name", {"platform/Kustomization": ""}, ["platform/Kustomization:1"]),
    Case("a chart by the end of its name", {"platform/webChart.yaml": ""}, ["platform/webChart.yaml:1"]),
    Case("a mark for ArgoCD", {"platform/.argocd-allow-concurrency": ""}, ["platform/.argocd-allow-concurrency:1"]),
    Case("jsonnet, which ArgoCD reads where there is no kustomization only", {"platform/web.jsonnet": ""}),
    Case("a plugin's, which ArgoCD reads in the plugin's own container", {"platform/plugin.yaml": ""}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("argocd-files", case)
