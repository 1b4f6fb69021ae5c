import pytest

from validators.kubernetes import quantity

from ..cases import Case, check


def _web(requests: str, limits: str = "{}") -> str:
    container = f"{{name: web, resources: {{requests: {requests}, limits: {limits}}}}}"
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{containers: [{container}]}}}}}}\n"


def _claim(storage: str) -> str:
    spec = f"{{resources: {{requests: {{storage: {storage}}}}}}}"
    return f"kind: PersistentVolumeClaim\nmetadata: {{name: media}}\nspec: {spec}\n"


def _quota(hard: str) -> str:
    return f"kind: ResourceQuota\nmetadata: {{name: sizes}}\nspec: {{hard: {hard}}}\n"


def _volume(size: str) -> str:
    volume = f"{{name: a, emptyDir: {{sizeLimit: {size}}}}}"
    return f"kind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {{volumes: [{volume}]}}}}}}\n"


R = "Deployment/web /spec/template/spec/containers/0/resources"
CASES = [
    Case("plain", _web("{cpu: 100m, memory: 256Mi, ephemeral-storage: 1Gi}", "{cpu: '1', memory: 0.5Gi}")),
    Case("equal in other words", _web("{cpu: 1000m, memory: 1024Mi}", "{cpu: 1, memory: 1Gi}")),
    Case("1e3, as the API server reads it", _web("{memory: '1e9'}", "{memory: 1Gi}")),
    Case("no limit", _web("{cpu: 4}")),
    Case("counts may be 0", _quota('{pods: "20", services.loadbalancers: "0", requests.storage: 0}')),
    Case("limits", "kind: LimitRange\nmetadata: {name: s}\nspec: {limits: [{type: Container, max: {cpu: '4'}}]}\n"),
    Case("unit", _web("{memory: 512MB}"), [f"{R}/requests/memory # '512MB' isn't a quantity"]),
    Case("space", _web("{memory: 1 Gi}"), [f"{R}/requests/memory # '1 Gi'"]),
    Case("kilobytes in capitals", _web("{memory: 100K}"), [f"{R}/requests/memory # '100K'"]),
    Case("negative", _web("{cpu: -1}"), [f"{R}/requests/cpu # is negative"]),
    Case("thousandths of bytes", _web("{}", "{memory: 512m}"), [f"{R}/limits/memory # fraction of a byte"]),
    Case(
        "more than the limit",
        _web("{cpu: 2}", "{cpu: 1500m}"),
        [f"{R}/requests/cpu # asks for 2 and is limited to 1500m"],
    ),
    Case("a list", _web("{cpu: [1]}"), [f"{R}/requests/cpu # isn't a quantity"]),
    Case("a device", _web("{example.com/gpu: 1}", "{example.com/gpu: '1'}")),
    Case("a device without a limit", _web("{example.com/gpu: 1}"), [f"{R}/requests/example.com~1gpu # limit is None"]),
    Case(
        "a part of a device",
        _web("{example.com/gpu: 500m}", "{example.com/gpu: 500m}"),
        [f"{R}/requests/example.com~1gpu # can't be shared: 500m"],
    ),
    Case("a volume with a size", _volume("64Mi")),
    Case(
        "a volume with a bad size", _volume("1 GB"), ["Deployment/web /spec/template/spec/volumes/0/emptyDir/sizeLimit"]
    ),
    Case("claim", _claim("ten"), ["PersistentVolumeClaim/media /spec/resources/requests/storage # 'ten'"]),
    Case("a unit that was forgotten", _web("{memory: 512}"), [f"{R}/requests/memory # 512 is less than a megabyte"]),
    Case(
        "claim of bytes", _claim("10"), ["PersistentVolumeClaim/media /spec/resources/requests/storage # less than a"]
    ),
    Case("claim of 0", _claim("0"), ["PersistentVolumeClaim/media /spec/resources/requests/storage # is 0"]),
    Case("quota", _quota("{requests.memory: 4GB}"), ["ResourceQuota/sizes /spec/hard/requests.memory # '4GB'"]),
    Case(
        "database",
        "kind: Cluster\nmetadata: {name: database}\nspec: {storage: {size: 10G1}, resources: {requests: {cpu: x}}}\n",
        ["Cluster/database /spec/resources/requests/cpu # 'x'", "Cluster/database /spec/storage/size # '10G1'"],
    ),
    Case(
        "limit range",
        "kind: LimitRange\nmetadata: {name: s}\nspec: {limits: [{max: {cpu: four}}]}\n",
        ["LimitRange/s /spec/limits/0/max/cpu # 'four'"],
    ),
    Case(
        "a volume",
        "kind: PersistentVolume\nmetadata: {name: v}\nspec: {capacity: {storage: 1GB}}\n",
        ["PersistentVolume/v /spec/capacity/storage # '1GB'"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("quantity", case)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("500m", "0.5"),
        ("1.5Gi", 1610612736),
        (2, 2),
        ("1e3", 1000),
        ("1E", 10**18),
        ("512e6m", None),
        (".5", "0.5"),
        (True, None),
        ("", None),
        ("+1", 1),
    ],
)
def test_parse(text: object, number: object) -> None:
    parsed = quantity.parse(text)
    assert parsed == (None if number is None else quantity.Fraction(number))
