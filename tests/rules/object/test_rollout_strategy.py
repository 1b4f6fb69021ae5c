import pytest

from ..cases import Case, check
from ..workloads import service, several, workload

STRATEGY = "Deployment/web /spec/strategy"
HTTP = {"ports": [{"name": "http", "containerPort": 8000}]}


def given(replicas: int | None = None, lost: object = 0, added: object = 1) -> str:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": lost, "maxSurge": added}}
    return workload(spec={"replicas": replicas, "strategy": strategy}, container=HTTP)


RECREATED = """\
kind: Deployment
metadata: {{name: web}}
spec:
  replicas: 2
  strategy: {{type: Recreate}}
  template:
    metadata: {{labels: {{hosting.ungleich.ch/image: app}}}}
    spec: {{{pod}}}
"""
MEDIA = "volumes: [{name: media, persistentVolumeClaim: {claimName: media}}]"
CLAIM = """\
---
kind: PersistentVolumeClaim
metadata: {{name: media}}
spec: {{accessModes: [{mode}]}}
"""
CASES = [
    Case("rolling", several(given(2), service())),
    Case("nothing said", several(workload(container=HTTP, spec={"replicas": 2}), service())),
    Case("one with a volume", workload(spec={"replicas": 1, "strategy": {"type": "Recreate"}})),
    Case("a worker may go", given(1, lost=1)),
    Case("one of two", several(given(2, lost=1), service())),
    Case("half of two", several(given(2, lost="50%"), service())),
    Case("a StatefulSet", workload("StatefulSet", spec={"updateStrategy": {"type": "RollingUpdate"}})),
    Case("scaled to nothing", several(given(0, lost=1), service())),
    Case(
        "recreates three",
        workload(spec={"replicas": 3, "strategy": {"type": "Recreate"}}),
        [f"{STRATEGY}/type # ends all 3 replicas"],
    ),
    # Recreate is right there: init-replicas and rwo-writers object to the replicas.
    Case("init in the pods", RECREATED.format(pod="initContainers: [{name: init}]")),
    Case("a volume for one node", RECREATED.format(pod=MEDIA) + CLAIM.format(mode="ReadWriteOnce")),
    Case(
        "a volume for all",
        RECREATED.format(pod=MEDIA) + CLAIM.format(mode="ReadWriteMany"),
        [f"{STRATEGY}/type # ends all 2 replicas"],
    ),
    Case(
        "a database that waits",
        RECREATED.format(pod="initContainers: [{name: wait-for-database}]"),
        [f"{STRATEGY}/type # ends all 2 replicas"],
    ),
    Case("all at once", several(given(2, lost="100%"), service()), [f"{STRATEGY}/rollingUpdate/maxUnavailable # all"]),
    Case("the only one", several(given(1, lost=1), service()), [f"{STRATEGY}/rollingUpdate/maxUnavailable"]),
    Case("paused", workload(spec={"paused": True}), ["Deployment/web /spec/paused # no change is rolled out"]),
    Case(
        "by hand",
        workload("StatefulSet", "valkey", spec={"updateStrategy": {"type": "OnDelete"}}),
        ["StatefulSet/valkey /spec/updateStrategy/type # OnDelete"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("rollout-strategy", case)
