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
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("size-differs", case)
