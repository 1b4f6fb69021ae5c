import pytest

from ..cases import Case, check
from ..workloads import manifest

CASES = [
    Case("a Deployment", manifest("Deployment", "web")),
    Case("a Cluster isn't the cluster", manifest("Cluster", "database")),
    Case("a route", manifest("HTTPRoute", "web")),
    *(
        Case(kind, manifest(kind, "a"), [f"{kind}/a /kind # {kind} {why}"])
        for kind, why in {
            "Role": "decides who may do what",
            "RoleBinding": "decides",
            "ClusterRoleBinding": "decides",
            "CustomResourceDefinition": "changes the whole cluster",
            "ValidatingWebhookConfiguration": "changes",
            "PriorityClass": "changes",
            "Application": "makes ArgoCD deploy",
            "EndpointSlice": "sends a Service's traffic",
            "Pod": "doesn't come back",
            "ReplicaSet": "is a Deployment's part",
            "DaemonSet": "runs on every node",
        }.items()
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("forbidden-kind", case)
