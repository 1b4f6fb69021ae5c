import pytest

from ..cases import Case, check

AT = "Deployment/web /spec/template/spec/containers/0/startupProbe"


def _web(probe: str, deadline: str = "progressDeadlineSeconds: 420, ") -> str:
    containers = f"[{{name: web, {probe}}}]"
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{{deadline}template: {{spec: {{containers: {containers}}}}}}}\n"


CASES = [
    Case("as in base", _web("startupProbe: {periodSeconds: 5, failureThreshold: 60}")),
    Case("no probe", _web("image: app")),
    Case("of another kind", _web("readinessProbe: {periodSeconds: 50, failureThreshold: 60}")),
    Case("slow", _web("startupProbe: {periodSeconds: 5, failureThreshold: 120}"), [f"{AT} # 600 s to start"]),
    Case("just as long", _web("startupProbe: {periodSeconds: 7, failureThreshold: 60}"), [f"{AT} # after 420 s"]),
    Case(
        "by its delay",
        _web("startupProbe: {initialDelaySeconds: 200, periodSeconds: 5, failureThreshold: 60}"),
        [f"{AT} # 500 s"],
    ),
    Case("Kubernetes' own period", _web("startupProbe: {failureThreshold: 60}", ""), [f"{AT} # after 600 s"]),
    Case("no numbers", _web("startupProbe: {periodSeconds: x, failureThreshold: 120}")),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("startup-deadline", case)
