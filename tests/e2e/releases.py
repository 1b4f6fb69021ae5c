"""Releases of the example app: they say who they are, and keep count of their /init in the database."""

from __future__ import annotations

import re

from tests.e2e.app import App
from tests.e2e.fleet import Fleet

INIT = """\
#!/bin/sh
set -eu
cd /app
python manage.py init
python - <<'END'
import psycopg
with psycopg.connect("") as connection:
    connection.execute("create table if not exists init_runs (release text, at timestamptz default now())")
    connection.execute("insert into init_runs (release) values (%s)", ["{release}"])
END
"""
BROKEN = "#!/bin/sh\necho 'this release cannot migrate' >&2\nexit 1\n"
MARKER = "static/release.txt"


def push(fleet: Fleet, app: App, release: str, *, init: str = INIT, run: str = "", private: bool = False) -> None:
    """Push the app's image under the tag `release`, which the site then tells at /static/release.txt.

    run: another /run than the example's. private: into the registry with the password.
    """
    repository = image(app)
    files = {
        "/init": (0o755, init.replace("{release}", release).encode()),
        "/app/static-collected/release.txt": (0o644, release.encode()),
    }
    if run:
        files["/run"] = (0o755, run.encode())
    fleet.release(f"{repository}:{release}", files, private=private)


def image(app: App) -> str:
    """The repository of the app's image, without the registry."""
    found = re.search(r"newName: [^/\s]+/(\S+)", (app.customer_folder / "kustomization.yaml").read_text())
    assert found
    return found[1]


def deploy(app: App, release: str) -> str:
    """Commit the tag, as a customer does for a release; returns the commit's id."""
    file = app.customer_folder / "kustomization.yaml"

    def change(_: App) -> None:
        file.write_text(re.sub(r"newTag: .*", f"newTag: {release}", file.read_text()))

    return app.commit(f"release {release}", change)


def serving(app: App) -> str:
    """The release that the site says it is; empty for the example's own image. Raises OSError."""
    answer = app.request(path=f"/{MARKER}")
    return answer.body.decode() if answer.status == 200 else ""


def init_runs(app: App, release: str) -> int:
    """How often that release's /init came to its end."""
    return int(app.sql(f"select count(*) from init_runs where release = '{release}'"))  # noqa: S608


def runs(app: App) -> tuple[set[str], int]:
    """The uids of the app's pods but that of Job `migrate`, and how many pods that Job has made."""
    pods = {pod["metadata"]["uid"] for name in ("web", "database") for pod in app.pods(name)}
    events = app.get("events", "--field-selector=involvedObject.kind=Job,reason=SuccessfulCreate")["items"]
    return pods, len({event["message"].split()[-1] for event in events})
