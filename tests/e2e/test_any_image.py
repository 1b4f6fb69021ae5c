"""Any image: the example's with a read-only root and an arbitrary uid, and one whose maker has not read the contract."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests.cluster.processes import CommandError
from tests.cluster.settings import REPOSITORY
from tests.e2e import snippets
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

CONTAINERS = ("web", "async")
UID = 1000690000  # as far from the library's own as some clusters give them out
OTHER_UID = [
    {"op": "replace", "path": f"/spec/template/spec/securityContext/{field}", "value": UID}
    for field in ("runAsUser", "runAsGroup", "fsGroup")
]
# CapEff, NoNewPrivs and Seccomp (2: a filter) of a process without any rights.
CONFINED = {"CapEff": "0000000000000000", "NoNewPrivs": "1", "Seccomp": "2"}

PLAIN = Path(__file__).parent / "plain"
GUIDE, HEADING = "docs/customer-guide.md", "An image that does not follow the contract"
# What the guide says one sees, and where.
NO_INIT = 'exec: "/init": stat /init: no such file or directory'
READ_ONLY = "Read-only file system: '/code/mysite.log'"
REFUSED = "connect: connection refused"
BAD_HOST = "Startup probe failed: HTTP probe failed with statuscode: 400"
NO_HOSTS = "CommandError: You must set settings.ALLOWED_HOSTS if DEBUG is False."
HOSTS_LINE = 'ALLOWED_HOSTS = os.environ["ALLOWED_HOSTS"].split(",")\n'
IPV4 = {"web.yaml": ("[::]", "0.0.0.0")}  # noqa: S104  (what the guide says not to write)
OWN_SERVER = {
    "web.yaml": (
        '[gunicorn, mysite.wsgi, --bind, "[::]:8000", --threads, "4", --graceful-timeout, "40"]',
        '[python, manage.py, runserver, --noreload, --insecure, "[::]:8000"]',
    )
}
WITHOUT_HOSTS = {"hosting.py": (HOSTS_LINE, "")}
HOSTS_OF_ITS_OWN = {"hosting.py": (HOSTS_LINE, 'ALLOWED_HOSTS = ["localhost"]\n')}


@pytest.fixture(scope="module")
def example(fleet: Fleet) -> App:
    """A new app of the example image, with a volume and a worker."""
    app = fleet.add(fleet.create("image", "example", "example/minimal:1.0.0", "--async=1", "--storage=rwo"))
    app.wait_healthy()
    return app


def user(app: App, container: str) -> list[str]:
    """The uid and the gid in a container."""
    return app.exec("deployment/web", "sh", "-c", "id -u; id -g", container=container).split()


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_root_is_read_only(example: App, container: str) -> None:
    for folder in ("/", "/app", "/home", "/var"):
        with pytest.raises(CommandError, match="Read-only file system"):
            example.exec("deployment/web", "touch", f"{folder}/new", container=container)
    writable = 'touch "$HOME/new" "$MEDIA_ROOT/new"'
    example.exec("deployment/web", "sh", "-c", writable, container=container)


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_process_has_no_rights(example: App, container: str) -> None:
    assert user(example, container) == ["10001", "10001"]
    status = example.exec("deployment/web", "cat", "/proc/1/status", container=container)
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert {name: fields[name].strip() for name in CONFINED} == CONFINED


def test_another_uid_makes_no_difference(example: App, fleet: Fleet) -> None:
    def change(app: App) -> None:
        patch = {
            "path": "uid.yaml",
            "target": {"kind": "Deployment|Job", "labelSelector": "hosting.ungleich.ch/image=app"},
        }
        files = {"uid.yaml": yaml.safe_dump(OTHER_UID), "kustomization.yaml": yaml.safe_dump({"patches": [patch]})}
        snippets.write(files, app.platform_folder)

    example.wait_healthy(example.commit(f"uid {UID}", change))
    fleet.check(example)
    for container in CONTAINERS:
        assert user(example, container) == [str(UID), str(UID)]
        with pytest.raises(CommandError):
            example.exec("deployment/web", "getent", "passwd", str(UID), container=container)
        example.exec("deployment/web", "touch", f"/media/by-{container}", container=container)
    assert example.get("job", "migrate")["status"]["succeeded"] == 1
    assert example.request().status == 200
    job = json.loads(example.api("POST", "jobs", {"seconds": 0.1}).body)
    for attempt in eventually(60):  # Django Q looks for work every now and then
        with attempt:
            assert json.loads(example.api("GET", f"jobs/{job['id']}").body)["state"] == "done"


@pytest.fixture(scope="module")
def plain(fleet: Fleet) -> App:
    """An image with `python manage.py runserver`, as root, and none of the contract's commands: as is."""
    files = {f"/code/{path.relative_to(PLAIN)}": (0o644, path.read_bytes()) for path in PLAIN.rglob("*.py")}
    files |= {f"/.wh.{name}": (0o644, b"") for name in ("init", "run", "async", "scheduler", "app")}
    fleet.release(
        "example/plain:1.0.0", files, User="root", WorkingDir="/code", Env=["PATH=/venv/bin:/usr/bin:/bin"],
        Cmd=["python", "manage.py", "runserver", "0.0.0.0:8000"],
    )  # fmt: skip
    app = fleet.create("image", "plain", "example/plain:1.0.0")
    fleet.add(app, keys=("SECRET_KEY",))
    shutil.copytree(app.customer_folder, fleet.folder / "plain")
    return app


def write(app: App, fleet: Fleet, changes: dict[str, tuple[str, str]], *, without: str = "") -> None:
    """Make the customer's folder what `new-app` made, and the guide's lines, but for those that differ."""
    shutil.copytree(fleet.folder / "plain", app.customer_folder, dirs_exist_ok=True)
    files = snippets.below(GUIDE, HEADING)
    files.pop(without, None)
    for name, (old, new) in changes.items():
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    snippets.write(files, app.customer_folder)


def events(app: App) -> str:
    """The messages of all events."""
    return "\n".join(event["message"] for event in app.get("events")["items"])


def failed(app: App) -> bool:
    """Whether the sync of the newest commit has failed, maybe to be tried again."""
    operation = app.application()["status"]["operationState"]
    revision = operation.get("syncResult", {}).get("revision")
    there = revision == app.repository.git("rev-parse", "HEAD")
    return there and (operation["phase"] == "Failed" or operation.get("retryCount", 0) > 0)


def held_up(app: App) -> bool:
    """Whether the sync waits for a site that doesn't get ready."""
    operation = app.application()["status"]["operationState"]
    return (
        operation["phase"] == "Running" and operation["message"] == "waiting for healthy state of apps/Deployment/web"
    )


def test_the_guide_names_what_one_sees() -> None:
    guide = (REPOSITORY / GUIDE).read_text()
    assert [text for text in (NO_INIT, READ_ONLY, REFUSED, NO_HOSTS, BAD_HOST) if text not in guide] == []


def test_as_is_it_has_no_init(plain: App) -> None:
    for attempt in eventually(300):
        with attempt:
            states = [
                status["state"]
                for pod in plain.pods("migrate")
                for status in pod["status"].get("containerStatuses", [])
            ]
            assert [state for state in states if NO_INIT in state.get("terminated", {}).get("message", "")], states
            assert failed(plain)
    assert plain.get("deployments")["items"] == []


def test_with_its_commands_it_writes_beside_its_code(plain: App, fleet: Fleet) -> None:
    plain.commit("commands", lambda app: write(app, fleet, IPV4, without="app.env"))
    for attempt in eventually(180):
        with attempt:
            assert READ_ONLY in plain.kubectl("logs", "job/migrate", "--container=init")
            assert failed(plain)
    assert plain.get("deployments")["items"] == []


def test_without_hosts_djangos_own_server_does_not_start(plain: App, fleet: Fleet) -> None:
    plain.commit("settings", lambda app: write(app, fleet, OWN_SERVER | WITHOUT_HOSTS))
    for attempt in eventually(180):
        with attempt:
            assert NO_HOSTS in plain.kubectl("logs", plain.pods("web")[-1]["metadata"]["name"])
    assert "auth_user" in plain.sql("select string_agg(tablename, ' ') from pg_tables where schemaname = 'public'")
    assert held_up(plain)
    plain.terminate()


def test_it_listens_by_ipv4_alone(plain: App, fleet: Fleet) -> None:
    plain.commit("hosts", lambda app: write(app, fleet, IPV4 | HOSTS_OF_ITS_OWN))
    for attempt in eventually(180):
        with attempt:
            assert REFUSED in events(plain)
    assert held_up(plain)
    plain.terminate()


def test_by_ipv6_it_refuses_its_own_host(plain: App, fleet: Fleet) -> None:
    plain.commit("IPv6", lambda app: write(app, fleet, HOSTS_OF_ITS_OWN))
    for attempt in eventually(180):
        with attempt:
            assert BAD_HOST in events(plain)
    assert held_up(plain)
    plain.terminate()


def test_with_the_guides_lines_it_runs_as_it_is(plain: App, fleet: Fleet, figures: Figures) -> None:
    revision = plain.commit("hosts", lambda app: write(app, fleet, {}))
    fleet.check(plain)
    figures.seconds("image-plain", "last line of the guide to Healthy", plain.wait_healthy(revision))
    answer = plain.request()
    assert (answer.status, answer.body) == (200, b"0 users\n")
    assert user(plain, "web") == ["10001", "10001"]
