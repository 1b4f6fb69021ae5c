"""A bad release of each kind: when it shows, by which words, and how long its repair waits. Each in an app of its own, at once."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field

import pytest

from tests.cluster import processes
from tests.cluster.processes import CommandError
from tests.cluster.settings import REPOSITORY, Settings
from tests.e2e import check_image, snippets
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

pytestmark = [pytest.mark.thorough, pytest.mark.timeout(2400)]
GUIDE = "docs/customer-guide.md"
WEB = "{kind: Deployment, name: web}"
CONTAINER = "/spec/template/spec/containers/0"
SHOWN_SECONDS = 300
DEADLINE = 420
"""Of a rollout: progressDeadlineSeconds of `web`."""


def patch(file: str, target: str, *operations: str) -> dict[str, str]:
    """The files of a patch."""
    listed = f"patches:\n  - path: {file}\n    target: {target}\n"
    return {file: "".join(f"- {one}\n" for one in operations), "kustomization.yaml": listed}


def probes(path: str) -> list[str]:
    """The operations that name a health page."""
    return [
        f"{{op: replace, path: {CONTAINER}/{probe}/httpGet/path, value: {path}}}"
        for probe in ("startupProbe", "readinessProbe")
    ]


@dataclass
class Bad:
    """A bad commit: the files that make it so, what it is seen by and where; `ends`: its operation ends by itself in time."""

    files: dict[str, str]
    seen: str
    ends: bool = True
    times: dict[str, float] = field(default_factory=dict)


KINDS = {
    "image": Bad(
        {"kustomization.yaml": "images:\n  - {name: app, newName: registry.example.com/example/minimal, newTag: 9.9.9}\n"},
        "ImagePullBackOff",
        ends=False,
    ),
    "command": Bad(
        patch("web.yaml", WEB, f"{{op: replace, path: {CONTAINER}/command, value: [/run-it]}}"),
        'exec: "/run-it": stat /run-it: no such file or directory',
    ),
    "variable": Bad({"app.env": "WEB_CONCURRENCY=many\n"}, "CrashLoopBackOff"),
    "health": Bad(patch("web.yaml", WEB, *probes("/not-there")), "Startup probe failed: HTTP probe failed with statuscode: 404"),
    "init": Bad(
        # ArgoCD compares no hooks: a commit that changes Job migrate alone starts nothing.
        {"app.env": "SITE_NAME=bad\n"}
        | patch("init.yaml", "{kind: Job, name: migrate}", f"{{op: replace, path: {CONTAINER}/command, value: [/bin/false]}}"),
        "Job has reached the specified backoff limit",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def apps(fleet: Fleet) -> dict[str, App]:
    """An app for each kind, healthy."""
    made = {kind: fleet.add(fleet.create("repair", kind, "example/minimal:1.0.0")) for kind in KINDS}
    for app in made.values():
        app.wait_healthy(seconds=600)
    return made


def shown(app: App) -> str:
    """What can be read of an app: its pods' states and its events."""
    pods = app.get("pods", "--selector=hosting.ungleich.ch/image=app")["items"]
    return str([pod["status"] for pod in pods]) + str([event["message"] for event in app.get("events")["items"]])


def operation(app: App) -> tuple[str, str]:
    """The commit that ArgoCD is bringing out, or brought out last, and how far it is."""
    state = app.application()["status"]["operationState"]
    revision = state.get("syncResult", {}).get("revision") or state["operation"].get("sync", {}).get("revision", "")
    return revision, state["phase"]


def wait(apps: dict[str, App], what: str, seconds: float, holds) -> None:
    """Note for each app after how many seconds something holds; what doesn't in time is left out."""
    start, left = time.monotonic(), dict(apps)
    while left and time.monotonic() - start < seconds:
        for kind, app in list(left.items()):
            if holds(kind, app):
                KINDS[kind].times[what] = time.monotonic() - start
                del left[kind]
        time.sleep(1)


def taken_up(app: App, revision: str) -> bool:
    """Whether a commit is being brought out, or nothing is left to do for it: what was never out needn't be taken back."""
    status = app.application()["status"]
    current, phase = operation(app)
    synced = (status["sync"]["status"], status["sync"].get("revision")) == ("Synced", revision)
    return current == revision or (synced and phase != "Running")


def healthy(app: App, revision: str) -> bool:
    """Whether a commit is out, and well."""
    well = app.application()["status"]["health"]["status"] == "Healthy"
    return well and taken_up(app, revision) and operation(app)[1] != "Running"


def test_a_repair_is_taken_up(apps: dict[str, App], fleet: Fleet, figures: Figures) -> None:
    for kind, app in apps.items():
        snippets.write(KINDS[kind].files, app.customer_folder)
    fleet.repository.commit("bad releases")
    refresh(apps)
    wait(apps, "shows after", SHOWN_SECONDS, lambda kind, app: KINDS[kind].seen in shown(app))
    assert [kind for kind in KINDS if "shows after" not in KINDS[kind].times] == []
    for app in apps.values():
        assert app.request().status == 200, "the release before has to go on"
    revision = fleet.repository.revert()
    refresh(apps)
    ending = {kind: app for kind, app in apps.items() if KINDS[kind].ends}
    wait(ending, "repair taken up after", DEADLINE + 180, lambda _kind, app: taken_up(app, revision))
    assert [kind for kind in ending if "repair taken up after" not in KINDS[kind].times] == []
    stuck = {kind: app for kind, app in apps.items() if not taken_up(app, revision)}
    assert list(stuck) == [kind for kind in KINDS if not KINDS[kind].ends]
    for app in stuck.values():
        app.terminate()
    refresh(stuck)
    wait(stuck, "taken up, once ended by hand, after", 180, lambda _kind, app: taken_up(app, revision))
    wait(apps, "healthy", 300, lambda _kind, app: healthy(app, revision))
    for kind, bad in KINDS.items():
        for what, seconds in bad.times.items():
            figures.add(kind, what, f"{seconds:.0f} s")
    assert [kind for kind in KINDS if "healthy" not in KINDS[kind].times] == []


def refresh(apps: dict[str, App]) -> None:
    """Tell ArgoCD of a push, as a webhook does."""
    for app in apps.values():
        app.refresh()


def test_the_guide_has_the_words() -> None:
    guide = (REPOSITORY / GUIDE).read_text()
    assert [bad.seen for bad in KINDS.values() if bad.seen not in guide] == []


def refuses(app: App) -> bool:
    """Whether its host takes no connection."""
    try:
        app.request()
    except OSError:
        return True
    return False


def test_https_without_a_certificate(apps: dict[str, App], settings: Settings) -> None:
    """What the guide says is seen where Secret `web-tls` is missing, and that `make state` says so."""
    app = apps["health"]
    app.kubectl("delete", "secret", "web-tls")
    for attempt in eventually(30):
        with attempt:
            assert refuses(app)
    command = [sys.executable, "-m", "validators", "state", f"--customer={app.customer}", f"--app={app.name}"]
    with pytest.raises(CommandError, match="HTTPS: NOT WELL, Secret web-tls isn't there"):
        processes.run(command, env=check_image.environment(settings))
