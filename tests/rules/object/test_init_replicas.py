import pytest

from ..cases import Case, check


def _web(spec: str, init: str = "{name: init}", label: str = "app") -> str:
    template = f"{{metadata: {{labels: {{hosting.ungleich.ch/image: {label}}}}}, spec: {{initContainers: [{init}]}}}}"
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{{spec}, template: {template}}}\n"


CASES = [
    Case("one, Recreate", _web("replicas: 1, strategy: {type: Recreate}")),
    Case("the default is one", _web("strategy: {type: Recreate}")),
    Case("another init container", _web("replicas: 3", "{name: wait-for-database}")),
    Case("another image", _web("replicas: 3", label="nginx")),
    Case("two", _web("replicas: 2, strategy: {type: Recreate}"), ["Deployment/web /spec/replicas # in 2 pods"]),
    Case("rolling", _web("replicas: 1"), ["Deployment/web /spec/strategy # while the old release"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("init-replicas", case)
