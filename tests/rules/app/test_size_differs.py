import pytest

from ..cases import Case, check

SIZING = "kind: Sizing\nspec:\n  web: {replicas: 2, resources: {limits: {cpu: '1'}}}\n  media: {storage: 10Gi}\n"
WEB = """apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  template: {spec: {containers: [{name: web, resources: {limits: {cpu: '1'}}}]}}
"""
CLAIM = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: media}\nspec: {resources: {requests: {storage: 10Gi}}}\n"
STOPS = "components: [../../../../components/suspended]\n"
SCHEDULED = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec: {suspend: true}\n"
CLUSTER = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: database, annotations: {cnpg.io/hibernation: 'on'}}\n"
CLUSTER += (
    "spec: {instances: 3, resources: {limits: {cpu: '1'}}, storage: {size: 5Gi, storageClass: rook-ceph-block}}\n"
)
DATABASE = "  database: {instances: 3, storage: 5Gi, resources: {limits: {cpu: '1'}}}\n"


def suspended(rendered: str) -> dict[str, str]:
    """Return files of an app that is suspended."""
    return {"platform/kustomization.yaml": STOPS, "platform/sizing.yaml": SIZING + DATABASE, "rendered": rendered}


POD = "/spec/template/spec/containers"
CASES = [
    Case("right", WEB, sizing=SIZING),
    Case("a claim", CLAIM, sizing=SIZING),
    Case("replicas", WEB.replace("replicas: 2", "replicas: 5"), ["Deployment/web /spec/replicas # is 5"], SIZING),
    Case(
        "no replicas", WEB.replace("replicas: 2", "paused: false"), ["Deployment/web /spec/replicas # not set"], SIZING
    ),
    Case("a text", WEB.replace("replicas: 2", "replicas: '2'"), ["Deployment/web /spec/replicas # is 2"], SIZING),
    Case("cpu", WEB.replace("'1'", "'9'"), [f"Deployment/web {POD}/0/resources # '9'"], SIZING),
    Case("a number", WEB.replace("'1'", "1"), [f"Deployment/web {POD}/0/resources # resources"], SIZING),
    Case(
        "a container",
        WEB.replace("[{", "[{name: x}, {"),
        [f"Deployment/web {POD}/0 # no component gives the container x a size"],
        SIZING,
    ),
    Case(
        "storage",
        CLAIM.replace("10Gi", "99Gi"),
        ["PersistentVolumeClaim/media /spec/resources/requests/storage # 99Gi"],
        SIZING,
    ),
    Case(
        "not sized",
        CLAIM,
        ["PersistentVolumeClaim/media /spec/resources/requests # missing"],
        "kind: Sizing\nspec: {}\n",
    ),
    Case(
        "another size",
        WEB.replace("spec:\n", "spec:\n  parallelism: 5\n", 1),
        ["Deployment/web /spec/parallelism # by no"],
        SIZING,
    ),
    Case("suspended", suspended(f"{WEB.replace('replicas: 2', 'replicas: 0')}---\n{SCHEDULED}---\n{CLUSTER}")),
    Case("suspended, and the site runs", suspended(WEB), ["Deployment/web /spec/replicas # runs, and components/susp"]),
    Case(
        "suspended, and a job is started",
        suspended(SCHEDULED.replace("true", "false")),
        ["CronJob/nightly /spec/suspend # runs"],
    ),
    Case(
        "suspended, and the database runs",
        suspended(CLUSTER.replace("'on'", "'off'")),
        ["Cluster/database /metadata/annotations/cnpg.io~1hibernation # runs"],
    ),
    Case(
        "not suspended, and stopped",
        WEB.replace("replicas: 2", "replicas: 0"),
        ["Deployment/web /spec/replicas # 0"],
        SIZING,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("size-differs", case)
