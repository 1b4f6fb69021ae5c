"""A repair is never locked out: the loop of overlays/ungleich/argocd/repair ends the sync that it would wait for."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster.kubernetes import Kubernetes
from tests.cluster.processes import CommandError
from tests.e2e import releases
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import ARGOCD, Fleet
from tests.e2e.wait import eventually

MOST = 120
"""Seconds from the repairing push to the repaired site, less the image's own start."""
HANGS = "#!/bin/sh\nexec sleep 3600\n"
SLOW = "#!/bin/sh\nsleep 45\ncd /app\nexec python manage.py init\n"
AS_LOOP = "--as=system:serviceaccount:argocd:repair"


@pytest.fixture(scope="module")
def loop(fleet: Fleet, kubernetes: Kubernetes) -> Iterator[None]:
    """The loop, applied as its page says."""
    folder = fleet.root / ARGOCD / "repair"
    kubernetes.kubectl("apply", "--server-side", "--force-conflicts", f"--kustomize={folder}")
    kubernetes.wait("condition=Available", "deployment/repair", "--namespace=argocd", seconds=180)
    yield
    kubernetes.kubectl("delete", f"--kustomize={folder}", "--wait=false")


@pytest.fixture(scope="module")
def shop(fleet: Fleet, loop: None) -> App:
    """A new app of the example image."""
    app = fleet.add(fleet.create("repair", "shop", "example/minimal:1.0.0"))
    app.wait_healthy(seconds=300)
    releases.push(fleet, app, "hangs", init=HANGS)
    releases.push(fleet, app, "slow", init=SLOW)
    return app


def patched(app: App, *operations: dict) -> None:
    """Add a patch of Deployment `web`, as a customer does."""
    (app.customer_folder / "broken.yaml").write_text(json.dumps(operations))
    file = app.customer_folder / "kustomization.yaml"
    patch = "patches:\n  - path: broken.yaml\n    target: {kind: Deployment, name: web}\n"
    file.write_text(f"{file.read_text()}{patch}")


def tagged(app: App, tag: str) -> None:
    """Name another release."""
    file = app.customer_folder / "kustomization.yaml"
    file.write_text(re.sub(r"newTag: .*", f"newTag: {tag}", file.read_text()))


def command(app: App) -> None:
    patched(app, {"op": "add", "path": "/spec/template/spec/containers/0/command", "value": ["sleep", "3600"]})


def probe(app: App) -> None:
    path = "/spec/template/spec/containers/0/{}/httpGet/path"
    patched(
        app, *({"op": "replace", "path": path.format(p), "value": "/no"} for p in ("startupProbe", "readinessProbe"))
    )


def environment(app: App) -> None:
    with (app.customer_folder / "app.env").open("a") as file:
        file.write("GUNICORN_CMD_ARGS=--no-such-option\n")


FAULTS: dict[str, Callable[[App], None]] = {
    "image": lambda app: tagged(app, "there-is-none"),
    "command": command,
    "probe": probe,
    "environment": environment,
    "init": lambda app: tagged(app, "hangs"),
}


def waits(app: App, revision: str, what: str = "") -> None:
    """Wait until ArgoCD has applied a commit, and waits for what it has made."""
    for attempt in eventually(120):
        with attempt:
            state = app.application()["status"]["operationState"]
            assert state["phase"] == "Running"
            assert state["operation"]["sync"]["revision"] == revision
            message = state.get("message", "")
            assert "waiting for" in message and what in message, message


@pytest.mark.parametrize("fault", FAULTS)
def test_the_next_commit_repairs_it(shop: App, fleet: Fleet, figures: Figures, fault: str) -> None:
    before = {file: file.read_bytes() for file in shop.customer_folder.iterdir()}
    releases.push(fleet, shop, f"repairs-{fault}")
    waits(shop, shop.commit(f"wrong {fault}", FAULTS[fault]))

    def repair(app: App) -> None:
        for file in app.customer_folder.iterdir():
            file.unlink()
        for file, data in before.items():
            file.write_bytes(data)
        tagged(app, f"repairs-{fault}")

    start = time.monotonic()
    revision = fleet_commit(shop, repair)
    for attempt in eventually(300):
        with attempt:
            assert releases.serving(shop) == f"repairs-{fault}"
    took = time.monotonic() - start
    figures.seconds("repair-shop", f"wrong {fault}: from the repairing push to the repaired site", took)
    shop.wait_healthy(revision)
    assert took < MOST


def fleet_commit(app: App, change: Callable[[App], None]) -> str:
    """Commit and push, and tell nobody: ArgoCD and the loop look by themselves."""
    change(app)
    return app.repository.commit(f"{app.namespace}: repair")


def test_a_commit_of_another_app_ends_nothing(shop: App, fleet: Fleet) -> None:
    revision = shop.commit("a long /init", lambda app: tagged(app, "slow"))
    waits(shop, revision, "Job/migrate")
    job = shop.get("job", "migrate")["metadata"]["uid"]
    other = Path(fleet.root / "overlays/customers/repair/other/README.md")
    other.parent.mkdir()
    other.write_text("nothing of the shop's\n")
    fleet.repository.commit("repair-other: a file")
    for attempt in eventually(180):
        with attempt:
            state = shop.application()["status"]["operationState"]
            assert (state["phase"], state["syncResult"]["revision"]) == ("Succeeded", revision)
    assert shop.get("job", "migrate")["metadata"]["uid"] == job


REFUSED = {
    "deploy something else": '{"spec": {"source": {"path": "elsewhere"}}}',
    "sync something else": '{"operation": {"sync": {"manifests": ["{}"]}}}',
    "sync a part": '{"operation": {"sync": {"resources": [{"kind": "Job", "name": "migrate"}]}}}',
    "leave its project": '{"spec": {"project": "default"}}',
    "let nothing be found of it": '{"metadata": {"annotations": {"argocd.argoproj.io/manifest-generate-paths": "/none"}}}',
    "say that it failed": '{"status": {"operationState": {"phase": "Error"}}}',
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_loop_may_not(shop: App, kubernetes: Kubernetes, what: str) -> None:
    patch = ["patch", "application", shop.namespace, "--namespace=argocd", "--type=merge", f"--patch={REFUSED[what]}"]
    with pytest.raises(CommandError, match="denied request: repair "):
        kubernetes.kubectl(AS_LOOP, *patch, "--dry-run=server")


@pytest.mark.parametrize(
    "request_",
    ["get secrets -n argocd", "get pods -A", "delete application repair-shop -n argocd", "get applications -A",
     "get appprojects -n argocd", "annotate configmap argocd-cm a=b -n argocd"],
)  # fmt: skip
def test_the_loop_has_no_right_to(shop: App, kubernetes: Kubernetes, request_: str) -> None:
    with pytest.raises(CommandError, match="orbidden"):
        kubernetes.kubectl(AS_LOOP, *request_.split())
