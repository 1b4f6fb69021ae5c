import pytest

from ..cases import Case, check
from ..workloads import workload

POINTER = "Deployment/web /spec/template/spec/containers/0/imagePullPolicy"
CASES = [
    Case("always", workload(container={"imagePullPolicy": "Always"})),
    Case("not said", workload(), [f"{POINTER} # imagePullPolicy unset"]),
    Case("if missing", workload(container={"imagePullPolicy": "IfNotPresent"}), [f"{POINTER} # IfNotPresent"]),
    Case(
        "of the init container",
        workload(container={"imagePullPolicy": "Always"}, init={"imagePullPolicy": "Never"}),
        ["Deployment/web /spec/template/spec/initContainers/0/imagePullPolicy # container init"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("image-pull-policy", case)
