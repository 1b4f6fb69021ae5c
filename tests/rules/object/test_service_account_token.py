import pytest

from ..cases import Case, check
from ..workloads import manifest, workload

OFF = {"automountServiceAccountToken": False}
POD = "Deployment/web /spec/template/spec"
CASES = [
    Case("off", workload(pod=OFF)),
    Case("an account", manifest("ServiceAccount", "app", **OFF)),
    Case("other projections", workload(pod={**OFF, "volumes": [{"projected": {"sources": [{"secret": {}}]}}]})),
    Case("not said", workload(), [f"{POD}/automountServiceAccountToken # token"]),
    Case("on", workload(pod={"automountServiceAccountToken": True}), [f"{POD}/automountServiceAccountToken"]),
    Case("text", workload(pod={"automountServiceAccountToken": "false"}), [f"{POD}/automountServiceAccountToken"]),
    Case(
        "an account that says nothing",
        manifest("ServiceAccount", "app"),
        ["ServiceAccount/app /automountServiceAccountToken"],
    ),
    Case(
        "by a volume",
        workload(pod={**OFF, "volumes": [{"projected": {"sources": [{"secret": {}}, {"serviceAccountToken": {}}]}}]}),
        [f"{POD}/volumes/0/projected/sources/1/serviceAccountToken # a volume mounts"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("service-account-token", case)
