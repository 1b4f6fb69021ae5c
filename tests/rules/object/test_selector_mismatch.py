import pytest

from ..cases import Case, check


def _web(selector: str, labels: str = "{name: web, tier: site}", kind: str = "Deployment") -> str:
    spec = f"{{selector: {selector}, template: {{metadata: {{labels: {labels}}}}}}}"
    return f"kind: {kind}\nmetadata: {{name: web}}\nspec: {spec}\n"


AT = "Deployment/web /spec/selector"
CASES = [
    Case("same", _web("{matchLabels: {name: web}}")),
    Case("expression", _web("{matchExpressions: [{key: tier, operator: In, values: [site]}]}")),
    Case("absent", _web("{matchExpressions: [{key: old, operator: DoesNotExist}, {key: name, operator: Exists}]}")),
    Case("not in", _web("{matchExpressions: [{key: tier, operator: NotIn, values: [worker]}]}")),
    Case("a Job needs none", "kind: Job\nmetadata: {name: migrate}\nspec: {template: {}}\n"),
    Case("another value", _web("{matchLabels: {name: site}}"), [f"{AT} # 'name: site'"]),
    Case("one more", _web("{matchLabels: {name: web, a: b}}"), [f"{AT} # 'a: b'"]),
    Case("empty", _web("{}"), [f"{AT} # empty"]),
    Case("empty labels", _web("{matchLabels: {}}"), [f"{AT} # empty"]),
    Case("missing", "kind: StatefulSet\nmetadata: {name: db}\nspec: {}\n", ["StatefulSet/db /spec/selector # empty"]),
    Case("no labels", _web("{matchLabels: {name: web}}", "{}"), [f"{AT} # 'name: web'"]),
    Case("expression fails", _web("{matchExpressions: [{key: a, operator: Exists}]}"), [f"{AT} # don't match"]),
    Case("no operator", _web("{matchExpressions: [{key: tier, operator: Is}]}"), [f"{AT} # don't match"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("selector-mismatch", case)
