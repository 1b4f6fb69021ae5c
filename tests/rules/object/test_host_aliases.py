import pytest

from ..cases import Case, check
from ..workloads import workload

CASES = [
    Case("none", workload()),
    Case("an empty list", workload(pod={"hostAliases": []})),
    Case(
        "a name",
        workload(pod={"hostAliases": [{"ip": "::1", "hostnames": ["a"]}]}),
        ["Deployment/web /spec/template/spec/hostAliases # names"],
    ),
    Case("in a Job", workload("Job", pod={"hostAliases": [{}]}), ["Job/web /spec/template/spec/hostAliases"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("host-aliases", case)
