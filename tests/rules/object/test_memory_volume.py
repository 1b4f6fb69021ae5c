import pytest

from ..cases import Case, check
from ..workloads import workload


def given(volume: dict, **more: object) -> str:
    return workload(pod={"volumes": [{"name": "tmp", **volume}]}, **more)


MEMORY = {"emptyDir": {"medium": "Memory"}}
CASES = [
    Case("on disk", given({"emptyDir": {}})),
    Case("the default medium", given({"emptyDir": {"medium": ""}})),
    Case("of the platform's database", given(MEMORY, labels={"app.kubernetes.io/name": "database"})),
    Case(
        "in memory",
        given(MEMORY),
        ["Deployment/web /spec/template/spec/volumes/0/emptyDir/medium # volume tmp takes the app's memory"],
    ),
    Case(
        "in huge pages, limited",
        given({"emptyDir": {"medium": "HugePages-2Mi", "sizeLimit": "1Mi"}}),
        ["Deployment/web /spec/template/spec/volumes/0/emptyDir/medium"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("memory-volume", case)
