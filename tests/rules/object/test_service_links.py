import pytest

from ..cases import Case, check
from ..workloads import workload

POINTER = "Deployment/web /spec/template/spec/enableServiceLinks"
CASES = [
    Case("off", workload(pod={"enableServiceLinks": False})),
    Case("not said", workload(), [f"{POINTER} # environment variables"]),
    Case("on", workload(pod={"enableServiceLinks": True}), [POINTER]),
    Case("null is the default", workload(pod={"enableServiceLinks": None}), [POINTER]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("service-links", case)
