import pytest

from ..cases import Case, check


def _quota(hard: str, more: str = "") -> str:
    return f"---\nkind: ResourceQuota\nmetadata: {{name: sizes}}\nspec: {{{more}hard: {hard}}}\n"


def _container(cpu: str, more: str = "") -> str:
    return f"{{name: c{more}, resources: {{requests: {{cpu: {cpu}}}, limits: {{cpu: '2', memory: 1Gi}}}}}}"


def _workload(
    containers: str, spec: str = "replicas: 2", kind: str = "Deployment", init: str = "", name: str = "web"
) -> str:
    pod = f"{{initContainers: [{init}], containers: [{containers}]}}"
    return f"---\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{{spec}, template: {{spec: {pod}}}}}\n"


def _claim(name: str, size: str) -> str:
    spec = f"{{storageClassName: ceph, resources: {{requests: {{storage: {size}}}}}}}"
    return f"---\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}}}\nspec: {spec}\n"


WEB = _workload(_container("100m"), "replicas: 2, strategy: {rollingUpdate: {maxSurge: 1}}")
JOB = _workload(_container("100m"), "backoffLimit: 2", "Job", name="migrate")
CRON = "---\nkind: CronJob\nmetadata: {name: nightly}\n"
CRON += f"spec: {{jobTemplate: {{spec: {{template: {{spec: {{containers: [{_container('100m')}]}}}}}}}}}}\n"
CNPG = "---\nkind: Cluster\nmetadata: {name: database}\n"
CNPG += "spec: {instances: 3, storage: {size: 10Gi}, resources: {requests: {cpu: 1}}}\n"
LIMITS = "---\nkind: LimitRange\nmetadata: {name: l}\n"
LIMITS += "spec: {limits: [{type: Container, defaultRequest: {cpu: 50m}, default: {cpu: 1}}]}\n"
SOLVER = "---\nkind: NetworkPolicy\nmetadata: {name: allow-acme-solver}\n"
SOLVER += "---\nkind: Ingress\nmetadata: {name: web}\nspec: {tls: [{hosts: [a.example.com, b.example.com]}]}\n"
GRANTED = "kind: Sizing\nspec: {cron: {jobs: 2, resources: {requests: {cpu: 20m}, limits: {cpu: 100m}}}}\n"
HARD = "ResourceQuota/sizes /spec/hard"
CASES = [
    Case("just enough", WEB + JOB + _quota('{pods: "4", requests.cpu: 400m, limits.cpu: "8", limits.memory: 4Gi}')),
    Case("what isn't counted", WEB + _quota('{services: "0", count/jobs.batch: "1"}')),
    Case(
        "Recreate needs no more",
        _workload(_container("1"), "replicas: 2, strategy: {type: Recreate}") + _quota("{requests.cpu: 2}"),
    ),
    Case("half of the default surge", _workload(_container("1"), "replicas: 4") + _quota('{pods: "5"}')),
    Case("a scope", WEB + _quota('{pods: "1"}', "scopes: [Terminating], ")),
    Case("no replicas", _workload(_container("1"), "replicas: 0") + _quota('{pods: "0"}')),
    Case(
        "init container smaller",
        _workload(_container("1"), "replicas: 1, strategy: {type: Recreate}", init=_container("500m"))
        + _quota("{cpu: 1}"),
    ),
    Case(
        "claims",
        _claim("media", "10Gi")
        + _claim("database", "5Gi")
        + _quota('{requests.storage: 15Gi, persistentvolumeclaims: "2"}'),
    ),
    Case("not a number", WEB + _quota("{pods: many}")),
    Case(
        "without the surge",
        WEB + _quota('{pods: "2"}'),
        [f"{HARD}/pods # pods 2 is less than the 3 needed at once (web 3)"],
    ),
    Case(
        "without the Job",
        WEB + JOB + _quota('{pods: "3"}'),
        [f"{HARD}/pods # less than the 4 needed at once (web 3, migrate 1)"],
    ),
    Case(
        "without the CronJob",
        WEB + CRON + _quota('{pods: "3", requests.cpu: 300m}'),
        [
            f"{HARD}/pods # less than the 4 needed at once (web 3, nightly 1)",
            f"{HARD}/requests.cpu # less than the 400m",
        ],
    ),
    Case(
        "without the CronJobs that are granted besides",
        {
            "rendered": WEB + _quota('{pods: "4", requests.cpu: 320m}'),
            "platform/kustomization.yaml": "components: [../../../../components/cron/sizing]\n",
            "platform/sizing.yaml": GRANTED,
        },
        [
            f"{HARD}/pods # less than the 5 needed at once (web 3, cron.jobs granted besides 2)",
            f"{HARD}/requests.cpu # 340m",
        ],
    ),
    Case(
        "as many CronJobs as are granted",
        {
            "rendered": WEB
            + CRON.replace("nightly", "cron-a")
            + CRON.replace("nightly", "cron-b")
            + _quota('{pods: "5"}'),
            "platform/kustomization.yaml": "components: [../../../../components/cron/sizing]\n",
            "platform/sizing.yaml": GRANTED,
            "kustomization.yaml": "resources: [cron.yaml]\ncomponents: [../../../../components/cron]\n",
            "cron.yaml": CRON.replace("nightly", "cron-a") + CRON.replace("nightly", "cron-b"),
        },
    ),
    Case(
        "sizes of CronJobs that the platform doesn't grant",
        {"rendered": WEB + _quota('{pods: "3"}'), "platform/sizing.yaml": GRANTED},
    ),
    Case("cpu", WEB + JOB + _quota("{requests.cpu: 300m}"), [f"{HARD}/requests.cpu # less than the 400m"]),
    Case("limits", WEB + _quota("{limits.memory: 2.5Gi}"), [f"{HARD}/limits.memory # less than the 3Gi"]),
    Case(
        "two containers",
        _workload(f"{_container('1')}, {_container('1')}", "replicas: 1, strategy: {type: Recreate}")
        + _quota("{requests.cpu: 1500m}"),
        [f"{HARD}/requests.cpu # less than the 2 needed"],
    ),
    Case(
        "init container larger",
        _workload(_container("1"), "replicas: 1, strategy: {type: Recreate}", init=_container("2"))
        + _quota("{requests.cpu: 1}"),
        [f"{HARD}/requests.cpu # less than the 2 needed"],
    ),
    Case(
        "a sidecar runs beside it",
        _workload(
            _container("1"), "replicas: 1, strategy: {type: Recreate}", init=_container("1", ", restartPolicy: Always")
        )
        + _quota("{requests.cpu: 1}"),
        [f"{HARD}/requests.cpu # less than the 2 needed"],
    ),
    Case(
        "defaults count",
        _workload("{name: web}", "replicas: 2, strategy: {type: Recreate}")
        + LIMITS
        + _quota("{requests.cpu: 50m, limits.cpu: 1}"),
        [f"{HARD}/requests.cpu # less than the 100m", f"{HARD}/limits.cpu # less than the 2"],
    ),
    Case(
        "database",
        CNPG + _quota('{pods: "2", requests.storage: 10Gi, persistentvolumeclaims: "1", requests.cpu: 2}'),
        [
            f"{HARD}/pods # 3",
            f"{HARD}/requests.storage # 30Gi",
            f"{HARD}/persistentvolumeclaims # 3",
            f"{HARD}/requests.cpu # 3",
        ],
    ),
    Case(
        "the pods by which a certificate is asked for, one a host",
        SOLVER + _quota('{pods: "1", requests.memory: 127Mi, limits.cpu: 200m}'),
        [f"{HARD}/pods # less than the 2 needed at once (allow-acme-solver 2)", f"{HARD}/requests.memory # 128Mi"],
    ),
    Case(
        "storage",
        _claim("media", "10Gi") + _claim("database", "5Gi") + _quota("{requests.storage: 10Gi}"),
        [f"{HARD}/requests.storage # 15Gi"],
    ),
    Case(
        "of one class",
        _claim("media", "10Gi") + _quota("{ceph.storageclass.storage.k8s.io/requests.storage: 5Gi}"),
        [f"{HARD}/ceph.storageclass.storage.k8s.io~1requests.storage # 10Gi"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("quota", case)
