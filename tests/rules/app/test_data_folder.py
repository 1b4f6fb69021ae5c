import pytest

from ..cases import Case, check

AT = "ConfigMap/app-config /data/MEDIA_ROOT"


def _app(folder: str, *pods: str, modes: str = "[ReadWriteOncePod]", more: str = "") -> str:
    config = f"kind: ConfigMap\nmetadata: {{name: app-config}}\ndata: {{MEDIA_ROOT: {folder}, {more}}}\n"
    claim = f"kind: PersistentVolumeClaim\nmetadata: {{name: media}}\nspec: {{accessModes: {modes}}}\n"
    return "---\n".join([config, claim, *pods])


def _pod(kind: str, name: str, *, mounts: bool) -> str:
    volumes = "[{name: media, persistentVolumeClaim: {claimName: media}}]" if mounts else "[]"
    metadata = f"{{name: {name}, labels: {{hosting.ungleich.ch/image: app}}}}"
    return f"kind: {kind}\nmetadata: {metadata}\nspec: {{template: {{spec: {{volumes: {volumes}}}}}}}\n"


WEB = _pod("Deployment", "web", mounts=True)
MIGRATE = _pod("Job", "migrate", mounts=False)
SCHEDULER = _pod("Deployment", "scheduler", mounts=False)
CASES = [
    Case("uploads", _app("/media", WEB, MIGRATE, SCHEDULER)),
    Case("uploads elsewhere", _app("/srv/media", WEB, MIGRATE)),
    Case("a data folder", _app("/data", WEB, MIGRATE), [f"{AT} # not for /init; it seems"]),
    Case("its scheduler, too", _app("/data", WEB, MIGRATE, SCHEDULER), [f"{AT} # not for /init and the scheduler;"]),
    Case("uploads, and more in it", _app("/media", WEB, MIGRATE, more="CACHE: /media/x"), [f"{AT} # CACHE names it"]),
    Case("one that begins alike", _app("/media", WEB, MIGRATE, more="CACHE: /mediathek")),
    Case("a URL", _app("/media", WEB, MIGRATE, more="MEDIA_URL: 'https://a.example/media/'")),
    Case("/init in its pod", _app("/data", WEB)),
    Case("shared", _app("/data", WEB, MIGRATE, modes="[ReadWriteMany]")),
    Case("mounted in all", _app("/data", WEB, _pod("Job", "migrate", mounts=True))),
    Case("nobody mounts it", _app("/data", _pod("Deployment", "web", mounts=False), MIGRATE)),
    Case("no text", _app("7", WEB, MIGRATE)),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cases(case: Case) -> None:
    check("data-folder", case)
