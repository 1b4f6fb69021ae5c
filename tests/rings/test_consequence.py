"""How bad a change is: the worst is shown first, so none may be taken for a lesser one."""

import pytest

from validators.check.compare import FIELD, OBJECT, SIZE, Change
from validators.rings.consequence import TEXTS, Consequence, of

C = Consequence
POD = "spec.template.spec.containers[web]"
CLAIM = {"name": "media", "persistentVolumeClaim": {"claimName": "media"}}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(FIELD, "Deployment/web", "spec.selector.matchLabels.app", "a", "b"), C.IMMUTABLE),
        (Change(FIELD, "StatefulSet/database", "spec.serviceName", "a", "b"), C.IMMUTABLE),
        (Change(FIELD, "StatefulSet/database", "spec.podManagementPolicy", None, "Parallel"), C.IMMUTABLE),
        (Change(FIELD, "StatefulSet/valkey", "spec.volumeClaimTemplates[data]", None, {"a": 1}), C.IMMUTABLE),
        (Change(FIELD, "PersistentVolumeClaim/media", "spec.storageClassName", "a", "b"), C.IMMUTABLE),
        (
            Change(FIELD, "PersistentVolumeClaim/media", "spec.accessModes[0]", "ReadWriteOnce", "ReadWriteMany"),
            C.IMMUTABLE,
        ),
        (Change(FIELD, "PersistentVolume/nfs", "spec.nfs.server", "a", "b"), C.IMMUTABLE),
        (Change(FIELD, "Secret/x", "type", "Opaque", "kubernetes.io/tls"), C.IMMUTABLE),
        (Change(SIZE, "PersistentVolumeClaim/media", "spec.resources.requests.storage", "10Gi", "1Gi"), C.STORAGE),
        (Change(SIZE, "PersistentVolumeClaim/media", "spec.resources.requests.storage", "1Gi", "10Gi"), C.OTHER),
        (Change(SIZE, "Cluster/database", "spec.storage.size", "2Gi", "1Gi"), C.STORAGE),
        (Change(FIELD, "Cluster/database", "spec.storage.storageClass", "a", "b"), C.STORAGE),
        (Change(OBJECT, "PersistentVolumeClaim/media", "", "present", None), C.STORAGE),
        (Change(OBJECT, "StatefulSet/database", "", "present", None), C.STORAGE),
        (Change(OBJECT, "Namespace/example-app", "", "present", None), C.STORAGE),
        (Change(FIELD, "Deployment/web", "spec.template.spec.volumes[media]", CLAIM, None), C.STORAGE),
        (
            Change(
                FIELD, "Deployment/web", "spec.template.spec.volumes[media].persistentVolumeClaim.claimName", "a", "b"
            ),
            C.STORAGE,
        ),
        (Change(FIELD, "StatefulSet/database", "spec.template.spec.containers[postgres].image", "a", "b"), C.DATABASE),
        (Change(SIZE, "StatefulSet/valkey", "spec.template.spec.containers[valkey].resources", None, {}), C.DATABASE),
        (Change(FIELD, "Cluster/database", "spec.postgresql.parameters.max_connections", "100", "200"), C.DATABASE),
        (Change(FIELD, "Job/migrate", "metadata.annotations.argocd.argoproj.io/sync-wave", "1", "2"), C.ORDER),
        (Change(FIELD, "Job/migrate", "metadata.annotations.argocd.argoproj.io/hook", "Sync", "PreSync"), C.ORDER),
        (Change(FIELD, "Service/web", "metadata.annotations", None, {"argocd.argoproj.io/sync-wave": "3"}), C.ORDER),
        (Change(FIELD, "Service/web", "metadata.annotations", None, {"example.com/owner": "a"}), C.OTHER),
        (Change(OBJECT, "Service/web", "", "present", None), C.REMOVED),
        (Change(OBJECT, "Service/web", "", None, "present"), C.OTHER),
        (Change(FIELD, "Deployment/web", f"{POD}.image", "a", "b"), C.RESTART),
        (Change(FIELD, "Deployment/web", "spec.progressDeadlineSeconds", 600, 500), C.OTHER),
        (Change(FIELD, "Job/migrate", "spec.template.spec.activeDeadlineSeconds", 1, 2), C.OTHER),
        (Change(FIELD, "NetworkPolicy/default", "spec.egress[0].to", [], None), C.OTHER),
    ],
    ids=lambda value: f"{value.object} {value.field}" if isinstance(value, Change) else value.name,
)
def test_the_worst_that_a_change_does(change: Change, expected: Consequence) -> None:
    assert of(change) is expected


def test_each_has_words() -> None:
    assert set(TEXTS) == set(Consequence)
    assert [c for c, text in TEXTS.items() if not text] == [Consequence.OTHER]
