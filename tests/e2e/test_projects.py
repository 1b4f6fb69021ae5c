"""What ArgoCD refuses, should the checks have let it through: planted in a platform folder of the example customer."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.e2e.app import App
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

ALLOWED = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: allowed, namespace: example-planted}
data: {key: value}
"""
NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata:
  name: example-planted
  labels: {pod-security.kubernetes.io/audit: restricted}
  annotations: {argocd.argoproj.io/sync-wave: "-3"}
"""
REFUSED = {
    "ConfigMap in kube-system": "{apiVersion: v1, kind: ConfigMap, metadata: {name: planted, namespace: kube-system}}",
    "ConfigMap of another customer": "{apiVersion: v1, kind: ConfigMap, metadata: {name: planted, namespace: examples}}",
    "Namespace of another customer": "{apiVersion: v1, kind: Namespace, metadata: {name: other-app}}",
    "ClusterRole": "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: example-planted}}",
    "Role": "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: planted, namespace: example-planted}}",
    "Secret": "{apiVersion: v1, kind: Secret, metadata: {name: planted, namespace: example-planted}}",
    "Application": "{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: planted, namespace: example-planted}}",
}


@pytest.fixture(scope="module")
def planted(fleet: Fleet) -> Iterator[App]:
    """An app of plain manifests, without `namespace:`, whose folder holds what each test puts there."""
    app = App(fleet.kubernetes, fleet.repository, "example", "planted")
    app.platform_folder.mkdir(parents=True)
    write(app, ALLOWED)
    fleet.repository.commit("example-planted: new")
    fleet.apps[app.namespace] = app
    fleet.poke("example")
    yield app


def write(app: App, *manifests: str) -> None:
    """Make the folder hold these manifests."""
    (app.platform_folder / "kustomization.yaml").write_text("resources: [manifests.yaml]\n")
    (app.platform_folder / "manifests.yaml").write_text("\n---\n".join([NAMESPACE, *manifests]))


def test_allowed_kinds_in_the_own_namespace_are_synced(planted: App) -> None:
    for attempt in eventually(60):
        with attempt:
            planted.application()
    planted.wait_healthy()
    assert planted.get("configmap", "allowed")["data"] == {"key": "value"}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(planted: App, what: str) -> None:
    revision = planted.commit(what, lambda app: write(app, ALLOWED, REFUSED[what]))
    for attempt in eventually(60):
        with attempt:
            status = planted.application()["status"]
            assert status["sync"]["revision"] == revision
            said = str(status.get("operationState", {})) + str(status.get("conditions", []))
            assert "not permitted in project" in said, said
            assert status["sync"]["status"] != "Synced"
    name = "other-app" if what.startswith("Namespace") else "example-planted" if what == "ClusterRole" else "planted"
    found = planted.kubernetes.kubectl(
        "get", what.split()[0], "--all-namespaces", "--output=name", "--ignore-not-found"
    )
    assert not [one for one in found.split() if one.endswith(f"/{name}")]


def test_another_repository_is_refused(planted: App, fleet: Fleet) -> None:
    spec = planted.application()["spec"]
    spec["source"]["repoURL"] = spec["source"]["repoURL"].replace("fleet-", "other-")
    metadata = {"name": "example-foreign", "namespace": "argocd"}
    manifest = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": metadata, "spec": spec}
    fleet.kubernetes.kubectl("apply", "--server-side", "--filename=-", stdin=json.dumps(manifest))
    for attempt in eventually(30):
        with attempt:
            status = fleet.kubernetes.get("application", "example-foreign", "--namespace=argocd").get("status", {})
            assert any("is not permitted in project" in one["message"] for one in status.get("conditions", []))
    fleet.kubernetes.kubectl("delete", "application", "example-foreign", "--namespace=argocd")
