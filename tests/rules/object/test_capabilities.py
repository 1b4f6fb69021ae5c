import pytest

from ..cases import Case, check
from ..workloads import workload

POINTER = "Deployment/web /spec/template/spec/containers/0/securityContext/capabilities"


def given(capabilities: object) -> str:
    return workload(container={"securityContext": {"capabilities": capabilities}})


CASES = [
    Case("drops all", given({"drop": ["ALL"]})),
    Case("drops all and more", given({"drop": ["ALL", "NET_RAW"], "add": []})),
    Case("drops some", given({"drop": ["NET_RAW"]}), [f"{POINTER}/drop # doesn't drop ALL"]),
    Case("lower case isn't ALL to the namespace", given({"drop": ["all"]}), [f"{POINTER}/drop"]),
    Case("nothing said", workload(), [f"{POINTER}/drop"]),
    Case("adds", given({"drop": ["ALL"], "add": ["SYS_ADMIN", "KILL"]}), [f"{POINTER}/add # SYS_ADMIN, KILL"]),
    Case("a list of wrong things", given({"drop": [["ALL"]]}), [f"{POINTER}/drop"]),
    Case(
        "the init container",
        workload(container={"securityContext": {"capabilities": {"drop": ["ALL"]}}}, init={}),
        ["Deployment/web /spec/template/spec/initContainers/0/securityContext/capabilities/drop # container init"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("capabilities", case)
