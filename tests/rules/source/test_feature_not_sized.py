import pytest

from ..cases import Case, check


def of(feature: str, sizing: str) -> dict:
    kustomization = f"resources: [../../../../base]\ncomponents: [../../../../components/{feature}]\n"
    return {"kustomization.yaml": kustomization, "platform/sizing.yaml": f"kind: Sizing\nspec:\n  {sizing}\n"}


CASES = [
    Case("granted", of("async", "async: {replicas: 2, resources: {limits: {}}}")),
    Case("needs nothing", of("egress", "web: {}")),
    Case(
        "none",
        of("async", "async: {replicas: 0, resources: {limits: {}}}"),
        ["kustomization.yaml:2 # async isn't granted"],
    ),
    Case("missing", of("scheduler", "web: {}"), ["kustomization.yaml:2 # scheduler isn't granted"]),
    Case(
        "beside",
        of("async-container", "async: {replicas: 0}"),
        ["kustomization.yaml:2 # async-container isn't granted"],
    ),
    Case("unsized", of("async", "async: {replicas: 1}"), ["kustomization.yaml:2 # async isn't granted"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("feature-not-sized", case)
