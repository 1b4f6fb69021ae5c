import pytest

from .cases import Case, check


def _budget(spec: str, replicas: int = 2) -> str:
    return (
        f"kind: PodDisruptionBudget\nmetadata: {{name: web}}\nspec: {{{spec}selector: {{matchLabels: {{n: web}}}}}}\n"
        f"---\nkind: Deployment\nmetadata: {{name: web}}\n"
        f"spec: {{replicas: {replicas}, template: {{metadata: {{labels: {{n: web}}}}}}}}\n"
    )


def _cluster(spec: str) -> str:
    return f"kind: Cluster\nmetadata: {{name: database}}\nspec: {spec}\n"


AT = "PodDisruptionBudget/web /spec"
CASES = [
    Case("one may go", _budget("maxUnavailable: 1, ", 1)),
    Case("one has to stay, of two", _budget("minAvailable: 1, ", 2)),
    Case("half", _budget("minAvailable: 50%, ", 2)),
    Case(
        "selects nothing, another rule's", "kind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 1}\n"
    ),
    Case("two instances", _cluster("{instances: 2}")),
    Case("one instance without budget", _cluster("{instances: 1, enablePDB: false}")),
    Case("none may go", _budget("maxUnavailable: 0, "), [f"{AT}/maxUnavailable # maxUnavailable 0"]),
    Case("no per cent", _budget("maxUnavailable: 0%, "), [f"{AT}/maxUnavailable # maxUnavailable 0%"]),
    Case("one of one", _budget("minAvailable: 1, ", 1), [f"{AT}/minAvailable # minAvailable 1 of 1"]),
    Case("two of two", _budget("minAvailable: 2, ", 2), [f"{AT}/minAvailable # minAvailable 2 of 2"]),
    Case("51 per cent of two", _budget("minAvailable: 51%, ", 2), [f"{AT}/minAvailable # 51% of 2"]),
    Case("all", _budget("minAvailable: 100%, ", 5), [f"{AT}/minAvailable # 100%"]),
    Case("nothing said, one pod", _budget("", 1), [f"{AT} # which means 1, of 1"]),
    Case("both", _budget("minAvailable: 1, maxUnavailable: 1, "), [f"{AT}/minAvailable # either"]),
    Case("one instance", _cluster("{instances: 1}"), ["Cluster/database /spec/instances # only instance"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("pdb-drain", case)
