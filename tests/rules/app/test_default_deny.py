import pytest

from ..cases import Case, check
from ..workloads import manifest, several, workload


def policy(name: str = "default-deny", selector: object = None, **spec: object) -> str:
    return manifest("NetworkPolicy", name, spec={"podSelector": selector or {}, **spec})


BOTH = {"policyTypes": ["Ingress", "Egress"]}
WEB = {"matchLabels": {"app.kubernetes.io/name": "web"}}
IN, OUT = "Deployment/web / # incoming", "Deployment/web / # outgoing"
CASES = [
    Case("closed", several(workload(), policy(**BOTH))),
    Case("closed and opened", several(workload(), policy(**BOTH), policy("web", WEB, ingress=[{}]))),
    Case("nothing runs", policy("web", WEB, ingress=[{}])),
    Case("open", workload(), [IN, OUT]),
    Case("closed for one direction", several(workload(), policy(policyTypes=["Ingress"])), [OUT]),
    Case("the other direction isn't implied", several(workload(), policy()), [OUT]),
    Case("egress rules imply it", several(workload(), policy(egress=[{"to": []}])), ["NetworkPolicy/default-deny /"]),
    Case("another's", several(workload(), policy(selector={"matchLabels": {"a": "b"}}, **BOTH)), [IN, OUT]),
    Case(
        "closed one by one",
        several(workload(), policy("web", WEB, **BOTH)),
        ["NetworkPolicy/web / # denies all by default"],
    ),
    Case(
        "by an expression",
        several(
            workload("Job", "migrate", labels={"app": "a"}),
            policy(selector={"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["a"]}]}, **BOTH),
        ),
        ["Job/migrate / # incoming", "Job/migrate / # outgoing"],
    ),
    Case(
        "by expressions that hold",
        several(
            workload("Job", "migrate", labels={"app": "a"}),
            policy(**BOTH),
            policy("b", {"matchExpressions": [{"key": "app", "operator": "Exists"}]}, **BOTH),
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("default-deny", case)
