import pytest

from tests.conftest import ROOT
from tests.zones import OURS

from ..cases import Case, check

PROJECT_FILE = (ROOT / OURS.project / "app-project.yaml").read_text()


def of(kind: str, api: str, name: str = "x", namespace: str = "example-app") -> dict:
    where = f", namespace: {namespace}" if namespace else ""
    rendered = f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}{where}}}\n"
    return {"project/app-project.yaml": PROJECT_FILE, "rendered": rendered}


CASES = [
    Case("the library's", of("Deployment", "apps/v1")),
    Case("without a group", of("ConfigMap", "v1")),
    Case("the platform's own", of("ScheduledBackup", "postgresql.cnpg.io/v1")),
    Case("a certificate", of("Certificate", "cert-manager.io/v1")),
    Case("the customer's namespace", of("Namespace", "v1", "example-app", "")),
    Case("no project at hand", {"rendered": "apiVersion: v1\nkind: Pod\nmetadata: {name: x, namespace: a}\n"}),
    Case(
        "a list of everything",
        of("Issuer", "cert-manager.io/v1")
        | {"project/app-project.yaml": "spec: {namespaceResourceWhitelist: [{group: '*', kind: '*'}]}"},
    ),
    Case("another kind", of("Issuer", "cert-manager.io/v1"), ["Issuer/x /kind # would refuse Issuer/x"]),
    Case("another group", of("Deployment", "extensions/v1"), ["Deployment/x /kind # would refuse"]),
    Case(
        "another's volume",
        of("PersistentVolume", "v1", "acme-shop-media", ""),
        ["PersistentVolume/acme-shop-media /kind"],
    ),
    Case("of the whole cluster", of("ClusterRole", "rbac.authorization.k8s.io/v1", "x", ""), ["ClusterRole/x /kind"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("project-kind", case)
