import pytest

from ..cases import Case, check

TERM = "topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app.kubernetes.io/name: media}}"
BOUND = f"affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{{TERM}}}]}}}}, "
HOLDER = """\
---
kind: StatefulSet
metadata: {name: media}
spec:
  template:
    metadata: {labels: {app.kubernetes.io/name: media}}
    spec: {volumes: [{name: m, persistentVolumeClaim: {claimName: media}}]}
"""


def _both(modes: str, kind: str = "Job", claim: str = "media", more: str = "") -> str:
    volumes = f"[{{name: t, emptyDir: {{}}}}, {{name: m, persistentVolumeClaim: {{claimName: {claim}}}}}]"
    pod = f"{{{more}volumes: {volumes}}}"
    template = f"{{template: {{spec: {pod}}}}}"
    spec = f"{{jobTemplate: {{spec: {template}}}}}" if kind == "CronJob" else template
    return (
        f"kind: PersistentVolumeClaim\nmetadata: {{name: media}}\nspec: {{accessModes: {modes}}}\n"
        f"---\nkind: {kind}\nmetadata: {{name: migrate}}\nspec: {spec}\n"
    )


AT = "/spec/template/spec/volumes/1/persistentVolumeClaim/claimName"
CASES = [
    Case("RWX", _both("[ReadWriteMany]")),
    Case("the site", _both("[ReadWriteOnce]", "Deployment")),
    Case("another claim", _both("[ReadWriteOnce]", claim="export")),
    Case("RWO", _both("[ReadWriteOnce]"), [f"Job/migrate {AT} # mounts media"]),
    Case("bound to the node of the pod that has it", _both("[ReadWriteOnce]", more=BOUND) + HOLDER),
    Case("a CronJob that is bound", _both("[ReadWriteOnce]", "CronJob", more=BOUND) + HOLDER),
    Case("bound to nothing", _both("[ReadWriteOnce]", more=BOUND), [f"Job/migrate {AT} # mounts media"]),
    Case(
        "RWO, bound to a pod that can't",
        _both("[ReadWriteOncePod]", more=BOUND) + HOLDER,
        [f"Job/migrate {AT} # mounts"],
    ),
    Case("RWO for one pod", _both("[ReadWriteOncePod]"), [f"Job/migrate {AT} # mounts media"]),
    Case("a CronJob", _both("[ReadWriteOnce]", "CronJob"), [f"CronJob/migrate /spec/jobTemplate{AT} # mounts media"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("migrate-media", case)
