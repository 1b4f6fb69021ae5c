import pytest

from ..cases import Case, check


def _claim(modes: str = "[ReadWriteOnce]", name: str = "media") -> str:
    return f"---\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}}}\nspec: {{accessModes: {modes}}}\n"


def _user(
    spec: str = "strategy: {type: Recreate}", name: str = "web", kind: str = "Deployment", claim: str = "media"
) -> str:
    pod = f"{{volumes: [{{name: m, persistentVolumeClaim: {{claimName: {claim}}}}}]}}"
    return f"---\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}, template: {{spec: {pod}}}}}\n"


def _holder(spec: str = "replicas: 1", name: str = "media", modes: str = "[ReadWriteOnce]") -> str:
    pod = "{volumes: [{name: m, persistentVolumeClaim: {claimName: media}}]}"
    labels = f"{{labels: {{app.kubernetes.io/name: {name}}}}}"
    template = f"{{metadata: {labels}, spec: {pod}}}"
    return (
        f"{_claim(modes)}---\nkind: StatefulSet\nmetadata: {{name: {name}}}\nspec: {{{spec}, template: {template}}}\n"
    )


def _bound(
    spec: str = "replicas: 1", name: str = "web", to: str = "media", key: str = "kubernetes.io/hostname", more: str = ""
) -> str:
    term = f"{{topologyKey: {key}, labelSelector: {{matchLabels: {{app.kubernetes.io/name: {to}}}}}{more}}}"
    affinity = f"{{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{term}]}}}}"
    pod = f"{{affinity: {affinity}, volumes: [{{name: m, persistentVolumeClaim: {{claimName: media}}}}]}}"
    return f"---\nkind: Deployment\nmetadata: {{name: {name}}}\nspec: {{{spec}, template: {{spec: {pod}}}}}\n"


def _job() -> str:
    pod = "{volumes: [{name: m, persistentVolumeClaim: {claimName: media}}]}"
    spec = f"{{jobTemplate: {{spec: {{template: {{spec: {pod}}}}}}}}}"
    return f"---\nkind: CronJob\nmetadata: {{name: backup}}\nspec: {spec}\n"


CLAIM_NAME = "/spec/template/spec/volumes/0/persistentVolumeClaim/claimName"
CASES = [
    Case("one pod, Recreate", _claim() + _user()),
    Case("RWX", _claim("[ReadWriteMany]") + _user("replicas: 3") + _user("replicas: 2", "async")),
    Case("both modes", _claim("[ReadWriteOnce, ReadWriteMany]") + _user("replicas: 3")),
    Case("a set of one", _claim() + _user("replicas: 1", "database", "StatefulSet")),
    Case("each its own", _claim() + _claim(name="data") + _user() + _user("x: y", "database", "StatefulSet", "data")),
    Case("a Job is another rule's", _claim() + _user() + _user("x: y", "migrate", "Job")),
    Case(
        "two replicas",
        _claim() + _user("replicas: 2, strategy: {type: Recreate}"),
        ["Deployment/web /spec/replicas # 2 replicas"],
    ),
    Case("rolling", _claim() + _user("replicas: 1"), ["Deployment/web /spec/strategy # rolling update"]),
    Case(
        "one pod at a time",
        _claim("[ReadWriteOncePod]") + _user("strategy: {type: RollingUpdate}"),
        ["Deployment/web /spec/strategy # rolling update"],
    ),
    Case(
        "two workloads",
        _claim() + _user() + _user(name="async"),
        [f"Deployment/async {CLAIM_NAME} # Deployment/async and Deployment/web mount media"],
    ),
    Case("bound to the node of the pod that has it", _holder() + _bound("replicas: 3") + _bound(name="async")),
    Case(
        "one that isn't bound",
        _holder() + _bound() + _user(name="thumbnails"),
        [f"Deployment/thumbnails {CLAIM_NAME} # Deployment/thumbnails and StatefulSet/media mount media"],
    ),
    Case(
        "bound to the zone",
        _holder() + _bound(key="topology.kubernetes.io/zone"),
        [
            f"Deployment/web {CLAIM_NAME} # Deployment/web and StatefulSet/media mount media",
            "Deployment/web /spec/strategy # rolling update",
        ],
    ),
    Case(
        "bound to pods of other namespaces",
        _holder() + _bound("strategy: {type: Recreate}", more=", namespaceSelector: {}"),
        [f"Deployment/web {CLAIM_NAME} # Deployment/web and StatefulSet/media mount media"],
    ),
    Case(
        "bound to web, whose next pod may go elsewhere",
        _claim() + _user() + _bound("strategy: {type: Recreate}", "async", to="web"),
        [f"Deployment/async {CLAIM_NAME} # Deployment/async and Deployment/web mount media"],
    ),
    Case(
        "a volume for one pod, and one that holds it",
        _holder(modes="[ReadWriteOncePod]") + _bound("strategy: {type: Recreate}"),
        [f"Deployment/web {CLAIM_NAME} # Deployment/web and StatefulSet/media mount media"],
    ),
    Case("a job on web's node", _claim() + _user() + _job()),
    Case("a job alone", _claim("[ReadWriteOncePod]") + _job()),
    Case(
        "a job that waits for ever",
        _claim("[ReadWriteOncePod]") + _user() + _job(),
        ["PersistentVolumeClaim/media /spec/accessModes # CronJob/backup never starts: media is for one pod"],
    ),
    Case(
        "a set of two with one claim",
        _claim() + _user("replicas: 2", "database", "StatefulSet"),
        ["StatefulSet/database /spec/replicas # 2 replicas"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("rwo-writers", case)
