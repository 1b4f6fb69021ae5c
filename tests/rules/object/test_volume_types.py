import pytest

from ..cases import Case, check
from ..workloads import manifest, workload

VOLUMES = "Deployment/web /spec/template/spec/volumes"


def given(**volume: object) -> str:
    return workload(pod={"volumes": [{"name": "v", **volume}]})


CASES = [
    Case("none", workload()),
    Case("a claim", given(persistentVolumeClaim={"claimName": "media"})),
    Case("projected", given(projected={"sources": []})),
    Case("a node's file", given(hostPath={"path": "/"}), [f"{VOLUMES}/0/hostPath # volume v is a hostPath"]),
    Case("NFS past the volume's claim", given(nfs={"server": "a", "path": "/"}), [f"{VOLUMES}/0/nfs"]),
    Case("git", given(gitRepo={"repository": "https://example.com"}), [f"{VOLUMES}/0/gitRepo"]),
    Case("of no known type", given(future={}), [f"{VOLUMES}/0/future"]),
    Case("two types", given(emptyDir={}, hostPath={"path": "/"}), [f"{VOLUMES}/0/hostPath"]),
    Case("not a list", workload(pod={"volumes": "hostPath"})),
    Case("a volume on NFS", manifest("PersistentVolume", "media", spec={"nfs": {"server": "a", "path": "/"}})),
    Case(
        "a volume on a node",
        manifest("PersistentVolume", "media", spec={"hostPath": {"path": "/"}}),
        ["PersistentVolume/media /spec/hostPath # folder of a node"],
    ),
    Case(
        "a volume on a node's disk",
        manifest("PersistentVolume", "media", spec={"local": {"path": "/mnt"}}),
        ["PersistentVolume/media /spec/local"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("volume-types", case)
