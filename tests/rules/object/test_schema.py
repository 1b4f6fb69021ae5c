import pytest

from ..cases import Case, check


def _service(spec: str, api_version: str = "v1") -> str:
    return f"apiVersion: {api_version}\nkind: Service\nmetadata: {{name: web}}\nspec: {spec}\n"


def _sealed(spec: str) -> str:
    return f"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: app}}\nspec: {spec}\n"


def _deployment(pod: str) -> str:
    template = f"{{metadata: {{labels: {{a: b}}}}, spec: {{containers: [{{name: web, image: a}}], {pod}}}}}"
    spec = f"{{selector: {{matchLabels: {{a: b}}}}, template: {template}}}"
    return f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {spec}\n"


AT = "Service/web /spec"
POD = "Deployment/web /spec/template/spec"
SPREAD = "{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}"
CASES = [
    Case("good", _service("{ports: [{port: 80, targetPort: http}], selector: {a: b}}")),
    Case("a port by name and by number", _service("{ports: [{port: 80, targetPort: 8000}]}")),
    Case("unknown field", _service("{ports: [{port: 80}], selectors: {a: b}}"), [f"{AT} # selectors"]),
    Case("wrong type", _service("{ports: [{port: http}]}"), [f"{AT}/ports/0/port # http"]),
    Case(
        "a misspelt resource",
        _deployment("initContainers: [{name: i, image: a, resources: {requests: {memroy: 1Gi}}}]"),
        [f"{POD}/initContainers/0/resources/requests # 'memroy' isn't one of cpu, memory, ephemeral-storage"],
    ),
    Case("missing field", _service("{ports: [{name: http}]}"), [f"{AT}/ports/0 # port"]),
    Case("a number where text belongs", _service("{ports: [{port: 80}], selector: {a: 1}}"), [f"{AT}/selector/a # 1"]),
    Case("a list where a mapping belongs", _service("[]"), [f"{AT} # []"]),
    Case("a choice", _service("{ports: [{port: 80}], sessionAffinity: ClientIP}")),
    Case(
        "not a choice",
        _service("{ports: [{port: 80}], sessionAffinity: Cookie}"),
        [f"{AT}/sessionAffinity # 'Cookie' isn't one of ClientIP, None"],
    ),
    Case(
        "out of range",
        _deployment(
            "affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: "
            "[{weight: 101, podAffinityTerm: {topologyKey: a}}]}}"
        ),
        [f"{POD}/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/weight # 101 is greater"],
    ),
    Case(
        "a text of another form",
        _deployment("hostname: a.b, nodeSelector: {disk: very fast}"),
        [f"{POD}/hostname # 'a.b' may only have a-z", f"{POD}/nodeSelector/disk # 'very fast' may only"],
    ),
    Case(
        "fields that exclude each other",
        _deployment("volumes: [{name: a, projected: {sources: [{secret: {name: a}, configMap: {name: b}}]}}]"),
        [f"{POD}/volumes/0/projected/sources/0 # has configMap and secret, which exclude each other"],
    ),
    Case(
        "none of two",
        _deployment("initContainers: [{name: i, image: a, envFrom: [{prefix: A}]}]"),
        [f"{POD}/initContainers/0/envFrom/0 # has not one of configMapRef, secretRef"],
    ),
    Case(
        "a choice that depends on another",
        _deployment("tolerations: [{key: a, operator: Exists, effect: NoSchedule, tolerationSeconds: 1}]"),
        [f"{POD}/tolerations/0/effect # 'NoSchedule' must be NoExecute"],
    ),
    Case(
        "a field that isn't for this kind",
        _deployment("activeDeadlineSeconds: 5"),
        [f"{POD}/activeDeadlineSeconds # isn't allowed here"],
    ),
    Case(
        "two of one key",
        _deployment(f"topologySpreadConstraints: [{SPREAD}, {SPREAD}]"),
        [f"{POD}/topologySpreadConstraints # two with topologyKey zone"],
    ),
    Case(
        "a key of another form",
        "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: a}\nspec: {hard: {request.cpu: 1}}\n",
        ["ResourceQuota/a /spec/hard # 'request.cpu' isn't anything that a quota counts"],
    ),
    Case(
        "both of two",
        "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec: {minAvailable: 1, maxUnavailable: 1}\n",
        ["PodDisruptionBudget/a /spec # has maxUnavailable and minAvailable, which exclude"],
    ),
    Case("another kind is object-set's", _service("{nonsense: 1}", "example.com/v1")),
    Case("custom", _sealed("{encryptedData: {KEY: AgBz}}")),
    Case(
        "unknown field of a custom one",
        _sealed("{encryptedDate: {}}"),
        ["SealedSecret/app /spec # encryptedDate", "SealedSecret/app /spec # encryptedData"],
    ),
    Case(
        "a path in the kind",
        "apiVersion: ../../x/v1\nkind: ../crds/sealedsecret\nmetadata: {name: a}\nspec: 1\n",
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("schema", case)
