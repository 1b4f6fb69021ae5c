import pytest

from ..cases import Case, check
from ..workloads import manifest


def given(namespace: str | None, kind: str = "ConfigMap") -> str:
    return manifest(kind, "a", metadata={"namespace": namespace} if namespace is not None else None)


CASES = [
    Case("the app's", given("example-app")),
    Case("its namespace", manifest("Namespace", "example-app")),
    Case("a volume has none", manifest("PersistentVolume", "a")),
    Case("what has none is another rule's", manifest("ClusterRole", "a")),
    Case("none", given(None), ["ConfigMap/a /metadata/namespace # no namespace, but the app's is example-app"]),
    Case("default", given("default"), ["ConfigMap/a /metadata/namespace # namespace default"]),
    Case("a longer one", given("example-app2", "Deployment"), ["Deployment/a /metadata/namespace"]),
    Case("another's", manifest("Namespace", "kube-system"), ["Namespace/kube-system /metadata/name"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("namespace-foreign", case)
