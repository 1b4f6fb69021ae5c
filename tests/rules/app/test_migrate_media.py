import pytest

from ..cases import Case, check


def _both(modes: str, kind: str = "Job", claim: str = "media") -> str:
    pod = f"{{volumes: [{{name: t, emptyDir: {{}}}}, {{name: m, persistentVolumeClaim: {{claimName: {claim}}}}}]}}"
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
    Case("RWO for one pod", _both("[ReadWriteOncePod]"), [f"Job/migrate {AT} # mounts media"]),
    Case("a CronJob", _both("[ReadWriteOnce]", "CronJob"), [f"CronJob/migrate /spec/jobTemplate{AT} # mounts media"]),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("migrate-media", case)
