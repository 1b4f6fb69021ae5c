import pytest

from ..cases import Case, check


def _web(claim: str = "media", more: str = "") -> str:
    pod = (
        f"{{{more}containers: [{{name: web}}], volumes: [{{name: m, persistentVolumeClaim: {{claimName: {claim}}}}}]}}"
    )
    return f"---\nkind: Deployment\nmetadata: {{name: web}}\nspec: {{template: {{spec: {pod}}}}}\n"


def _claim(storage_class: str = '""', size: str = "10Gi") -> str:
    resources = f"{{requests: {{storage: {size}}}}}"
    spec = f"{{storageClassName: {storage_class}, accessModes: [ReadWriteMany], resources: {resources}}}"
    return f"---\nkind: PersistentVolumeClaim\nmetadata: {{name: media}}\nspec: {spec}\n"


def _volume(claim: str = "{namespace: example-app, name: media}", size: str = "10Gi", more: str = "") -> str:
    modes = "" if "accessModes" in more else ", accessModes: [ReadWriteMany]"
    inside = "" if "storageClassName" in more else ', storageClassName: ""'
    spec = f"{{claimRef: {claim}, capacity: {{storage: {size}}}{modes}{inside}{more}}}"
    return f"---\nkind: PersistentVolume\nmetadata: {{name: v}}\nspec: {spec}\n"


CLAIM, VOLUME = "PersistentVolumeClaim/media /spec", "PersistentVolume/v /spec"
CASES = [
    Case("dynamic", _web() + _claim("rook-cephfs")),
    Case("static", _web() + _claim() + _volume()),
    Case("a larger volume", _web() + _claim() + _volume(size="1Ti")),
    Case("the cluster's default class", _claim("null")),
    Case("default account", _web("media", "serviceAccountName: default, ") + _claim("x")),
    Case(
        "no claim",
        _web("uploads") + _claim("x"),
        ["Deployment/web /spec/template/spec/volumes/0/persistentVolumeClaim/claimName # Claim uploads in"],
    ),
    Case(
        "no account",
        _web("media", "serviceAccountName: site, ") + _claim("x"),
        ["Deployment/web /spec/template/spec/serviceAccountName # no ServiceAccount site"],
    ),
    Case("no volume", _claim(), [f"{CLAIM}/storageClassName # no PersistentVolume has a claimRef"]),
    Case(
        "another namespace",
        _claim() + _volume("{namespace: customer-app, name: media}"),
        [f"{CLAIM}/storageClassName # example-app", f"{VOLUME}/claimRef # customer-app/media"],
    ),
    Case("too small", _claim() + _volume(size="5Gi"), [f"{VOLUME}/capacity/storage # has 5Gi"]),
    Case("mode", _claim() + _volume(more=", accessModes: [ReadWriteOnce]"), [f"{VOLUME}/accessModes # ReadWriteMany"]),
    Case("class", _claim() + _volume(more=", storageClassName: x"), [f"{VOLUME}/storageClassName # different"]),
    Case(
        "deleted",
        _claim() + _volume(more=", persistentVolumeReclaimPolicy: Delete"),
        [f"{VOLUME}/persistentVolumeReclaimPolicy # deleted"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("claim-exists", case)
