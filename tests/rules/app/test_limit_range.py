import pytest

from ..cases import Case, check


def _range(limits: str) -> str:
    return f"---\nkind: LimitRange\nmetadata: {{name: sizes}}\nspec: {{limits: [{limits}]}}\n"


def _web(resources: str, place: str = "containers") -> str:
    pod = f"{{{place}: [{{name: web, resources: {resources}}}]}}"
    return f"---\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {pod}}}}}\n"


def _claim(size: str) -> str:
    spec = f"{{resources: {{requests: {{storage: {size}}}}}}}"
    return f"---\nkind: PersistentVolumeClaim\nmetadata: {{name: m}}\nspec: {spec}\n"


CNPG = "---\nkind: Cluster\nmetadata: {name: db}\nspec: {storage: {size: 50Gi}, resources: {limits: {memory: 8Gi}}}\n"
MAX = "{type: Container, max: {cpu: '4', memory: 4Gi}, min: {cpu: 10m}}"
CLAIMS = "{type: PersistentVolumeClaim, max: {storage: 10Gi}, min: {storage: 1Gi}}"
R = "Deployment/web /spec/template/spec/containers/0/resources"
CASES = [
    Case("within", _range(MAX) + _web("{limits: {cpu: 4000m, memory: 4096Mi}, requests: {cpu: 10m}}")),
    Case("nothing said", _range(MAX) + _web("{}")),
    Case("claim", _range(CLAIMS) + _claim("10Gi")),
    Case("other types", _range("{type: Pod, max: {memory: 1Gi}}") + _web("{limits: {memory: 2Gi}}")),
    Case(
        "memory", _range(MAX) + _web("{limits: {memory: 5Gi}}"), [f"{R}/limits/memory # memory 5Gi, and the namespace"]
    ),
    Case(
        "init",
        _range(MAX) + _web("{limits: {cpu: 5}}", "initContainers"),
        [f"{R.replace('containers', 'initContainers')}/limits/cpu # cpu 5"],
    ),
    Case("too little", _range(MAX) + _web("{requests: {cpu: 5m}}"), [f"{R}/requests/cpu # asks for cpu 5m"]),
    Case(
        "default",
        _range("{type: Container, max: {cpu: 1}, default: {cpu: 2}}"),
        ["LimitRange/sizes /spec/limits/0/default/cpu # default cpu 2 is above max 1"],
    ),
    Case(
        "in order",
        _range("{type: Container, min: {cpu: 1}, defaultRequest: {cpu: 1}, default: {cpu: 2}, max: {cpu: 2}}"),
    ),
    Case(
        "default request",
        _range("{type: Container, defaultRequest: {cpu: 2}, default: {cpu: 1}, max: {cpu: 4}}"),
        ["LimitRange/sizes /spec/limits/0/defaultRequest/cpu # is above default 1"],
    ),
    Case(
        "minimum",
        _range("{type: Container, min: {cpu: 2}, defaultRequest: {cpu: 1}, default: {cpu: 1}}"),
        ["LimitRange/sizes /spec/limits/0/min/cpu # is above default 1"],
    ),
    Case(
        "ratio",
        _range("{type: Container, maxLimitRequestRatio: {cpu: 500m, memory: 1}}"),
        ["LimitRange/sizes /spec/limits/0/maxLimitRequestRatio/cpu # 500m of its request"],
    ),
    Case(
        "large claim",
        _range(CLAIMS) + _claim("11Gi"),
        ["PersistentVolumeClaim/m /spec/resources/requests/storage # 11Gi is larger"],
    ),
    Case(
        "small claim",
        _range(CLAIMS) + _claim("1M"),
        ["PersistentVolumeClaim/m /spec/resources/requests/storage # smaller"],
    ),
    Case(
        "database",
        _range(f"{MAX}, {CLAIMS}") + CNPG,
        ["Cluster/db /spec/resources/limits/memory # memory 8Gi", "Cluster/db /spec/storage/size # 50Gi is larger"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("limit-range", case)
