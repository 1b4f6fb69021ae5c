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
REPORT = """apiVersion: batch/v1
kind: CronJob
metadata: {name: report}
spec: {jobTemplate: {spec: {template: {spec: {containers: [{name: report, resources: {limits: {cpu: '1'}}}]}}}}}
"""
EXTRA = "kind: Sizing\nspec:\n  extra: {report: {resources: {limits: {cpu: '1'}}}}\n"
LISTED = {
    "platform/kustomization.yaml": "namespace: example-app\nresources: [report.yaml]\n",
    "platform/report.yaml": REPORT.replace(", resources: {limits: {cpu: '1'}}", ""),
}
JOB = "/spec/jobTemplate/spec/template/spec/containers/0"
BESIDE = WEB.replace("[{name: web", "[{name: report, resources: {limits: {cpu: '1'}}}, {name: web")
SIDECAR = {
    "platform/kustomization.yaml": "patches: [{path: sidecar.yaml, target: {kind: Deployment, name: web}}]\n",
    "platform/sidecar.yaml": "- {op: add, path: /spec/template/spec/containers/-, value: {name: report}}\n",
    "rendered": BESIDE,
}
RUNS = """apiVersion: apps/v1
kind: Deployment
metadata: {name: report}
spec:
  replicas: 2
  template: {spec: {containers: [{name: report, resources: {limits: {cpu: '1'}}}]}}
"""
RUNNING = {**LISTED, "platform/report.yaml": RUNS.replace("replicas: 2", "replicas: 0"), "rendered": RUNS}
CASES = [
    Case("a pod of the platform's own", {**LISTED, "rendered": REPORT}, sizing=EXTRA),
    Case(
        "its size is another",
        {**LISTED, "rendered": REPORT.replace("'1'", "'9'")},
        [f"CronJob/report {JOB}/resources # extra.report.resources is"],
        EXTRA,
    ),
    Case(
        "its size isn't copied",
        {**LISTED, "rendered": LISTED["platform/report.yaml"]},
        [f"CronJob/report {JOB}/resources # resources is not set, and extra.report.resources"],
        EXTRA,
    ),
    Case(
        "it has none in sizing.yaml",
        {**LISTED, "rendered": REPORT},
        [f"CronJob/report {JOB} # extra.report.resources is missing in sizing.yaml"],
        SIZING,
    ),
    Case(
        "sized, and not the platform's",
        REPORT,
        [f"CronJob/report {JOB} # no component", f"CronJob/report {JOB}/resources # by no"],
        EXTRA,
    ),
    Case("a container beside another", SIDECAR, sizing=SIZING + EXTRA.partition("spec:\n")[2]),
    Case(
        "the same in another pod",
        {**SIDECAR, "platform/kustomization.yaml": SIDECAR["platform/kustomization.yaml"].replace("web", "async")},
        [f"Deployment/web {POD}/0 # no component", f"Deployment/web {POD}/0/resources # by no"],
        SIZING + EXTRA.partition("spec:\n")[2],
    ),
    Case("how many pods", RUNNING, sizing=EXTRA.replace("{report: {", "{report: {replicas: 2, ")),
    Case(
        "another number of pods",
        RUNNING,
        ["Deployment/report /spec/replicas # is 2, and extra.report.replicas is 1"],
        EXTRA.replace("{report: {", "{report: {replicas: 1, "),
    ),
    Case(
        "a number of its own",
        RUNNING,
        ["Deployment/report /spec # extra.report.replicas is missing in sizing.yaml"],
        EXTRA,
    ),
    Case(
        "a volume of the platform's own",
        {
            **LISTED,
            "platform/report.yaml": CLAIM.replace("media", "report").replace("10Gi", "0"),
            "rendered": CLAIM.replace("media", "report"),
        },
        ["PersistentVolumeClaim/report /spec/resources/requests/storage # is 10Gi, and extra.report.storage is 5Gi"],
        "kind: Sizing\nspec: {extra: {report: {storage: 5Gi}}}\n",
    ),
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
