"""The loop that lets no repair wait, with a real git and Applications as ArgoCD writes them; on a cluster: tests/e2e/test_repair.py."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from validators.render import kustomize, objects

from .conftest import ROOT
from .validators.repository import Repository

FOLDER = ROOT / "overlays/ungleich/argocd/repair"
PATHS = "/overlays/ungleich/acme/shop;/overlays/customers/acme/shop;/base"


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("repair", FOLDER / "repair.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["repair"] = module
    kept, sys.dont_write_bytecode = sys.dont_write_bytecode, True  # the folder is an app's, and is copied as it is
    try:
        spec.loader.exec_module(module)
    finally:
        sys.dont_write_bytecode = kept
    return module


repair = _load()


class Api:
    """Keeps what it is asked to patch."""

    def __init__(self) -> None:
        self.patches: list[tuple[str, dict]] = []

    def patch(self, application: Any, change: dict) -> bool:
        self.patches.append((application.name, change))
        return True


@pytest.fixture
def server(tmp_path: Path) -> Repository:
    """A repository with two apps and a library, and a commit of each, the shop's last."""
    made = Repository(tmp_path / "server")
    made.root.mkdir()
    made.git("init", "--quiet", "--initial-branch=main")
    for path in ("base/x", "overlays/customers/acme/blog/app.env", "overlays/customers/acme/shop/app.env"):
        commit(made, path)
    return made


def commit(server: Repository, path: str) -> str:
    file = server.root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as stream:
        stream.write("x\n")
    return server.commit(path)


def application(server: Repository, revision: str, phase: str = "Running", *, busy: bool | None = None) -> dict:
    """As ArgoCD writes it while a sync runs, or after it."""
    operation = {"sync": {"revision": revision}}
    data: dict[str, Any] = {
        "metadata": {
            "name": "acme-shop",
            "resourceVersion": "7",
            "annotations": {"argocd.argoproj.io/manifest-generate-paths": PATHS},
        },
        "spec": {
            "source": {"repoURL": str(server.root), "targetRevision": "main", "path": "overlays/ungleich/acme/shop"},
            "syncPolicy": {"automated": {"prune": True}, "syncOptions": ["PruneLast=true"], "retry": {"limit": 3}},
        },
        "status": {"operationState": {"phase": phase, "operation": operation, "syncResult": {"revision": revision}}},
    }
    if phase == "Running" if busy is None else busy:
        data["operation"] = operation
    return data


def looked(server: Repository, tmp_path: Path, data: dict) -> list[tuple[str, dict]]:
    """What the loop does about an Application."""
    read = repair.Application.read(data)
    api = Api()
    repair.look(api, [read] if read else [], repair.Repositories(tmp_path))
    return api.patches


ENDS = {"status": {"operationState": {"phase": "Terminating"}}}


@pytest.mark.parametrize(
    "path", ["overlays/customers/acme/shop/app.env", "overlays/ungleich/acme/shop/sizing.yaml", "base/x"]
)
def test_a_running_sync_that_is_overtaken_is_ended(server: Repository, tmp_path: Path, path: str) -> None:
    old = server.git("rev-parse", "HEAD").strip()
    commit(server, path)
    assert looked(server, tmp_path, application(server, old)) == [("acme-shop", ENDS)]


def test_the_newest_commit_is_synced_after_one_that_ended_badly(server: Repository, tmp_path: Path) -> None:
    old = server.git("rev-parse", "HEAD").strip()
    new = commit(server, "base/x")
    for phase in ("Failed", "Error"):
        [(_, change)] = looked(server, tmp_path, application(server, old, phase))
        sync = {"prune": True, "syncOptions": ["PruneLast=true"], "revision": new}
        by = {"username": "repair", "automated": True}
        assert change == {"operation": {"initiatedBy": by, "sync": sync, "retry": {"limit": 3}}}


def changed(change: Callable[[dict], Any]) -> Callable[[dict], dict]:
    def apply(data: dict) -> dict:
        change(data)
        return data

    return apply


LEFT: dict[str, Callable[[dict], dict]] = {
    "one that succeeded": changed(
        lambda data: data["status"]["operationState"].update(phase="Succeeded") or data.pop("operation")
    ),
    "one that is ending": changed(lambda data: data["status"]["operationState"].update(phase="Terminating")),
    "one that a person syncs": changed(lambda data: data["spec"]["syncPolicy"].pop("automated")),
    "one whose own syncs are off": changed(lambda data: data["spec"]["syncPolicy"]["automated"].update(enabled=False)),
    "one that is being deleted": changed(
        lambda data: data["metadata"].update(deletionTimestamp="2026-11-28T00:00:00Z")
    ),
    "one of several sources": changed(lambda data: data["spec"].pop("source")),
    "one that was never synced": changed(lambda data: data.pop("status")),
}


@pytest.mark.parametrize("which", LEFT)
def test_left_alone(server: Repository, tmp_path: Path, which: str) -> None:
    old = server.git("rev-parse", "HEAD").strip()
    commit(server, "base/x")
    assert looked(server, tmp_path, LEFT[which](application(server, old))) == []


def test_a_commit_of_another_app_ends_nothing(server: Repository, tmp_path: Path) -> None:
    old = server.git("rev-parse", "HEAD").strip()
    for path in ("overlays/customers/acme/blog/app.env", "overlays/customers/acme/shop2/app.env", "README.md"):
        commit(server, path)
        assert looked(server, tmp_path, application(server, old)) == []


def test_the_newest_commit_ends_nothing(server: Repository, tmp_path: Path) -> None:
    for phase in ("Running", "Failed"):
        assert looked(server, tmp_path, application(server, server.git("rev-parse", "HEAD").strip(), phase)) == []


def test_a_commit_that_git_has_no_more_is_overtaken(server: Repository, tmp_path: Path) -> None:
    assert looked(server, tmp_path, application(server, "0" * 39 + "1")) == [("acme-shop", ENDS)]


def test_without_paths_every_commit_counts(server: Repository, tmp_path: Path) -> None:
    old = server.git("rev-parse", "HEAD").strip()
    commit(server, "README.md")
    data = application(server, old)
    del data["metadata"]["annotations"]
    assert looked(server, tmp_path, data) == [("acme-shop", ENDS)]


def test_paths_beside_the_app_are_found(server: Repository, tmp_path: Path) -> None:
    old = server.git("rev-parse", "HEAD").strip()
    data = application(server, old)
    data["metadata"]["annotations"]["argocd.argoproj.io/manifest-generate-paths"] = ".;../blog"
    commit(server, "overlays/ungleich/acme/other/x")
    assert looked(server, tmp_path, data) == []
    commit(server, "overlays/ungleich/acme/blog/x")
    assert looked(server, tmp_path, data) == [("acme-shop", ENDS)]


def test_a_repository_that_cannot_be_read_stops_nothing_else(
    server: Repository, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    old = server.git("rev-parse", "HEAD").strip()
    commit(server, "base/x")
    lost, there = application(server, old), application(server, old)
    lost["metadata"]["name"], lost["spec"]["source"]["repoURL"] = "acme-lost", str(tmp_path / "nowhere")
    api = Api()
    repair.look(api, [repair.Application.read(one) for one in (lost, there)], repair.Repositories(tmp_path))
    assert api.patches == [("acme-shop", ENDS)]
    assert "acme-lost: git" in caplog.text


def test_it_may_read_and_patch_applications_and_nothing_else() -> None:
    built = list(objects.parse(kustomize.find().build(FOLDER)))
    rules = [rule for one in built if one.kind in ("Role", "ClusterRole") for rule in one.data["rules"]]
    assert rules == [
        {"apiGroups": ["argoproj.io"], "resources": ["applications"], "verbs": ["get", "list", "watch", "patch"]}
    ]
    assert {one.kind for one in built if "Binding" in one.kind} == {"RoleBinding", "ValidatingAdmissionPolicyBinding"}
    account = yaml.safe_load((FOLDER / "rights.yaml").read_text().split("---")[0])["metadata"]["name"]
    assert f'"system:serviceaccount:argocd:{account}"' in (FOLDER / "policy.yaml").read_text()
