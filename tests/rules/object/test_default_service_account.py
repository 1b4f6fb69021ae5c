import pytest

from ..cases import Case, check
from ..workloads import manifest, workload

POD = "Deployment/web /spec/template/spec"
CASES = [
    Case("named", workload(pod={"serviceAccountName": "app"})),
    Case("both spellings", workload(pod={"serviceAccountName": "app", "serviceAccount": "app"})),
    Case("nearly default", workload(pod={"serviceAccountName": "default-app"})),
    Case("an account", manifest("ServiceAccount", "app")),
    Case("not said", workload(), [f"{POD}/serviceAccountName # default account"]),
    Case("default", workload(pod={"serviceAccountName": "default"}), [f"{POD}/serviceAccountName"]),
    Case(
        "the old spelling differs",
        workload(pod={"serviceAccountName": "app", "serviceAccount": "admin"}),
        [f"{POD}/serviceAccount # admin is the old spelling"],
    ),
    Case("the default account", manifest("ServiceAccount", "default"), ["ServiceAccount/default /metadata/name"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("default-service-account", case)
