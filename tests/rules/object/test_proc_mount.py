import pytest

from ..cases import Case, check
from ..workloads import workload

POINTER = "Deployment/web /spec/template/spec/containers/0/securityContext/procMount"
CASES = [
    Case("not said", workload()),
    Case("default", workload(container={"securityContext": {"procMount": "Default"}})),
    Case("unmasked", workload(container={"securityContext": {"procMount": "Unmasked"}}), [f"{POINTER} # Unmasked"]),
    Case("unknown", workload(container={"securityContext": {"procMount": True}}), [POINTER]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("proc-mount", case)
