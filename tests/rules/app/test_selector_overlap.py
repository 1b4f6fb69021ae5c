import pytest

from ..cases import Case, check


def _workload(name: str, labels: str, selector: str = "", kind: str = "Deployment") -> str:
    select = f"selector: {{matchLabels: {selector or labels}}}, " if kind != "Job" else ""
    spec = f"{{{select}template: {{metadata: {{labels: {labels}}}}}}}"
    return f"---\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"


def _service(selector: str) -> str:
    return f"---\nkind: Service\nmetadata: {{name: web}}\nspec: {{selector: {selector}}}\n"


def _budget(name: str, selector: str) -> str:
    return f"---\nkind: PodDisruptionBudget\nmetadata: {{name: {name}}}\nspec: {{selector: {selector}}}\n"


WEB, ASYNC = (
    _workload("web", "{n: web, image: app}", "{n: web}"),
    _workload("async", "{n: async, image: app}", "{n: async}"),
)
MIGRATE = _workload("migrate", "{n: migrate, image: app}", kind="Job")
CASES = [
    Case("each its own", WEB + ASYNC + MIGRATE + _service("{n: web}")),
    Case(
        "budgets each its own",
        WEB + ASYNC + _budget("a", "{matchLabels: {n: web}}") + _budget("b", "{matchLabels: {n: async}}"),
    ),
    Case("one budget for both", WEB + ASYNC + _budget("a", "{matchLabels: {image: app}}")),
    Case("two services for one workload", WEB + _service("{n: web}") + _service("{image: app}")),
    Case("a service without selector", WEB + ASYNC + "---\nkind: Service\nmetadata: {name: db}\nspec: {}\n"),
    Case(
        "a shared label",
        _workload("web", "{n: web, image: app}", "{image: app}") + ASYNC,
        ["Deployment/web /spec/selector # Deployment/async"],
    ),
    Case(
        "both ways",
        _workload("web", "{image: app}") + _workload("async", "{image: app}"),
        ["Deployment/web /spec/selector # Deployment/async", "Deployment/async /spec/selector # Deployment/web"],
    ),
    Case(
        "a Job's pods",
        _workload("web", "{image: app}") + MIGRATE,
        ["Deployment/web /spec/selector # Job/migrate"],
    ),
    Case(
        "a service before web and migrate",
        WEB + MIGRATE + _service("{image: app}"),
        ["Service/web /spec/selector # Deployment/web and Job/migrate"],
    ),
    Case(
        "two budgets",
        WEB + _budget("a", "{matchLabels: {n: web}}") + _budget("b", "{}"),
        ["PodDisruptionBudget/a /spec/selector # PodDisruptionBudget/b"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("selector-overlap", case)
