import pytest

from ..cases import Case, check
from ..workloads import workload

CLAIM = {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "database"}}]}
CASES = [
    Case("one", workload("StatefulSet", "database", pod=CLAIM)),
    Case("each its own", workload("StatefulSet", "database", spec={"replicas": 2, "volumeClaimTemplates": [{}]})),
    Case(
        "none of its own",
        workload("StatefulSet", "database", spec={"replicas": 2}, pod={"volumes": [{"emptyDir": {}}]}),
    ),
    Case("a Deployment may share", workload(spec={"replicas": 2}, pod=CLAIM)),
    Case(
        "two",
        workload("StatefulSet", "database", spec={"replicas": 2}, pod=CLAIM),
        ["StatefulSet/database /spec/replicas # 2 servers write into the one volume database"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("single-writer", case)
