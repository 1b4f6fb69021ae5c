import pytest

from ..cases import Case, check
from ..workloads import manifest, workload

RESOURCES = "Deployment/web /spec/template/spec/containers/0/resources"
ALL = {"cpu": "1", "memory": "1Gi", "ephemeral-storage": "1Gi"}

LESS = {"cpu": "1", "ephemeral-storage": "1Gi"}


def given(requests: object, limits: object) -> str:
    return workload(container={"resources": {"requests": requests, "limits": limits}})


CASES = [
    Case("all", given(ALL, ALL)),
    Case("numbers", given({**ALL, "cpu": 1}, ALL)),
    Case("a database", manifest("Cluster", "database", spec={"resources": {"requests": ALL, "limits": ALL}})),
    Case(
        "none",
        workload(),
        [f"{RESOURCES}/requests # no requests for cpu, memory, ephemeral-storage", f"{RESOURCES}/limits # no limits"],
    ),
    Case(
        "no limit of cpu",
        given(ALL, {"memory": "1Gi", "ephemeral-storage": "1Gi"}),
        [f"{RESOURCES}/limits # container web has no limits for cpu"],
    ),
    Case("zero", given({**ALL, "memory": 0}, ALL), [f"{RESOURCES}/requests # for memory"]),
    Case("a misspelt one is rule schema's", given({**LESS, "memroy": "1Gi"}, ALL)),
    Case(
        "another's memory is none",
        given({**LESS, "a.example.com/memory": "1"}, ALL),
        [f"{RESOURCES}/requests # for memory"],
    ),
    Case("huge pages are none", given({**LESS, "hugepages-memory": "1"}, ALL), [f"{RESOURCES}/requests # for memory"]),
    Case("a list", given(ALL, [ALL]), [f"{RESOURCES}/limits"]),
    Case(
        "an init container",
        workload(container={"resources": {"requests": ALL, "limits": ALL}}, init={"resources": {"requests": ALL}}),
        ["Deployment/web /spec/template/spec/initContainers/0/resources/limits # container init"],
    ),
    Case(
        "a database without",
        manifest("Cluster", "database", spec={"resources": {"requests": ALL}}),
        ["Cluster/database /spec/resources/limits # the database has no limits"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("container-resources", case)
