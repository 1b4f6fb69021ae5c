import pytest

from ..cases import Case, check
from ..workloads import workload

LIMIT = "Deployment/web /spec/revisionHistoryLimit"
CASES = [
    Case("not said", workload()),
    Case("one", workload(spec={"revisionHistoryLimit": 1})),
    Case("ten", workload(spec={"revisionHistoryLimit": 10})),
    Case("none", workload(spec={"revisionHistoryLimit": 0}), [f"{LIMIT} # keeps 0"]),
    Case("eleven", workload(spec={"revisionHistoryLimit": 11}), [f"{LIMIT} # keeps 11"]),
    Case("text", workload(spec={"revisionHistoryLimit": "5"}), [LIMIT]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("revision-history", case)
