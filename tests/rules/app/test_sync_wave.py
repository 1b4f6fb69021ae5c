import pytest

from ..cases import Case, check


def _workload(kind: str, wave: str, pod: str = "", container: str = "", name: str = "") -> str:
    name = name or {"Job": "migrate", "Deployment": "web", "StatefulSet": "database"}[kind]
    labels = "{labels: {hosting.ungleich.ch/image: app}}" if kind != "StatefulSet" else "{}"
    spec = f"{{template: {{metadata: {labels}, spec: {{{pod}containers: [{{name: a, {container}}}]}}}}}}"
    return f"---\nkind: {kind}\nmetadata: {_metadata(name, wave)}\nspec: {spec}\n"


def _metadata(name: str, wave: str) -> str:
    annotations = f", annotations: {{argocd.argoproj.io/sync-wave: {wave}}}" if wave else ""
    return f"{{name: {name}{annotations}}}"


def _object(kind: str, name: str, wave: str, spec: str = "{}") -> str:
    return f"---\nkind: {kind}\nmetadata: {_metadata(name, wave)}\nspec: {spec}\n"


MIGRATE, WEB = _workload("Job", "'1'"), _workload("Deployment", "'2'")
MEDIA = "volumes: [{name: m, persistentVolumeClaim: {claimName: media}}], "
READS = "envFrom: [{secretRef: {name: app}}]"
W = "/metadata/annotations/argocd.argoproj.io~1sync-wave"
CASES = [
    Case("documented", MIGRATE + WEB + _workload("StatefulSet", "'-1'") + _object("SealedSecret", "app", "'-1'")),
    Case("no migrate", WEB),
    Case(
        "secret and database together",
        _workload("StatefulSet", "'-1'", container=READS) + _object("SealedSecret", "app", "'-1'"),
    ),
    Case(
        "claim with its pod", _workload("Deployment", "'2'", MEDIA) + _object("PersistentVolumeClaim", "media", "'2'")
    ),
    Case(
        "a claim with a volume of its own",
        _workload("Deployment", "'2'", MEDIA) + _object("PersistentVolumeClaim", "media", "", '{storageClassName: ""}'),
    ),
    Case(
        "a map in the wave before",
        _workload("Job", "'1'", container="envFrom: [{configMapRef: {name: c}}]") + _object("ConfigMap", "c", ""),
    ),
    Case("no number", _object("Service", "web", "first"), [f"Service/web {W} # 'first'"]),
    Case("no quotes", _object("Service", "web", "2"), [f"Service/web {W} # '2' isn't a whole number in quotes"]),
    Case("migrate late", _workload("Job", "'2'") + WEB, [f"Job/migrate {W} # Deployment/web in 2"]),
    Case("release early", MIGRATE + _workload("Deployment", ""), [f"Job/migrate {W} # Deployment/web in 0"]),
    Case(
        "database late",
        MIGRATE + WEB + _workload("StatefulSet", "'1'"),
        [f"StatefulSet/database {W} # Job/migrate in 1 needs it"],
    ),
    Case(
        "secret late",
        _workload("Deployment", "'2'", container=READS) + _object("SealedSecret", "app", "'3'"),
        [f"SealedSecret/app {W} # wave 3, and Deployment/web in 2"],
    ),
    Case(
        "secret with migrate",
        _workload("Job", "'0'", container=READS) + WEB + _object("SealedSecret", "app", ""),
        [f"SealedSecret/app {W} # wave 0, and Job/migrate in 0"],
    ),
    Case(
        "account late",
        _workload("Deployment", "'-1'", "serviceAccountName: app, ") + _object("ServiceAccount", "app", ""),
        [f"ServiceAccount/app {W} # wave 0"],
    ),
    Case(
        "claim early",
        _workload("Deployment", "'2'", MEDIA) + _object("PersistentVolumeClaim", "media", "'-1'"),
        [f"PersistentVolumeClaim/media {W} # wave -1 and Deployment/web"],
    ),
    Case(
        "claim late",
        _workload("Job", "'1'", MEDIA)
        + WEB
        + _object("PersistentVolumeClaim", "media", "'2'", '{storageClassName: ""}'),
        [f"PersistentVolumeClaim/media {W} # wave 2 and Job/migrate"],
    ),
    Case(
        "nothing waits for it: what needs it is suspended",
        "---\nkind: CronJob\nmetadata: {name: nightly}\nspec: {suspend: true, jobTemplate: {spec: {template: "
        "{metadata: {labels: {hosting.ungleich.ch/image: app}}, spec: {containers: [{name: a}]}}}}}\n"
        + _workload("StatefulSet", "'3'"),
    ),
    Case(
        "nothing waits for it: what needs it has no pods",
        WEB.replace("spec: {", "spec: {replicas: 0, ", 1) + _workload("StatefulSet", "'3'"),
    ),
    Case(
        "a database that is stopped too late",
        WEB + _workload("StatefulSet", "'3'"),
        [f"StatefulSet/database {W} # is in wave 3"],
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("sync-wave", case)
