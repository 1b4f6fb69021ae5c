"""Deleting an app by ArgoCD, and bringing it back, as docs/platform-guide.md says it."""

from __future__ import annotations

import json
import shutil
import time

import pytest

from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

# Made by others than ArgoCD: by Kubernetes, by who gives out certificates; and what the guide says is kept.
OTHERS = {"configmap/kube-root-ca.crt", "serviceaccount/default", "secret/web-tls"}
KEPT = {"persistentvolumeclaim/database"}
KINDS = (
    "configmaps,secrets,serviceaccounts,services,persistentvolumeclaims,pods,deployments,replicasets,statefulsets,jobs,"
    "networkpolicies,poddisruptionbudgets,ingresses,httproutes,sealedsecrets,resourcequotas,limitranges"
)


@pytest.fixture(scope="module")
def minimal(fleet: Fleet) -> App:
    """The smallest example, healthy."""
    app = fleet.app("example-minimal")
    app.wait_healthy()
    return app


def left(app: App) -> set[str]:
    """Every object in the namespace, as kind/name."""
    found = app.kubectl("get", KINDS, "--output=name").split()
    return {name.split(".")[0] + "/" + name.split("/")[1] if "." in name.split("/")[0] else name for name in found}


def remove(app: App) -> None:
    """Remove the app's folders from the working copy."""
    shutil.rmtree(app.customer_folder)
    shutil.rmtree(app.platform_folder)


def delete_application(app: App) -> None:
    """Delete the Application with cascade, by kubectl."""
    finalizer = '{"metadata": {"finalizers": ["resources-finalizer.argocd.argoproj.io"]}}'
    where = ["application", app.namespace, "--namespace=argocd"]
    app.kubernetes.kubectl("patch", *where, "--type=merge", f"--patch={finalizer}")
    app.kubernetes.kubectl("delete", *where, "--timeout=180s")


def set_finalizers(app: App, value: list[str] | None) -> None:
    """Give Job `migrate` these finalizers."""
    patch = json.dumps({"metadata": {"finalizers": value}})
    app.kubectl("patch", "job", "migrate", "--type=merge", f"--patch={patch}")


def test_removing_the_folders_alone_deletes_nothing(minimal: App) -> None:
    minimal.sql("create table kept (value text)")
    minimal.sql("insert into kept values ('before the deletion')")
    minimal.commit("gone", remove)
    for name in ("customers", "example"):
        minimal.kubernetes.kubectl(
            "annotate", "applicationset", name, "--namespace=argocd", "--overwrite",
            "argocd.argoproj.io/application-set-refresh=true",
        )  # fmt: skip
    time.sleep(15)
    assert minimal.application()["metadata"].get("deletionTimestamp") is None
    assert minimal.request(host="minimal.example.com").status == 200


def test_deleting_the_application_leaves_what_the_guide_says(minimal: App, figures: Figures) -> None:
    with figures.timed("example-minimal", "deletion by ArgoCD"):
        delete_application(minimal)
    for attempt in eventually(60):  # pods end after their owners
        with attempt:
            assert left(minimal) - OTHERS == KEPT
    assert minimal.kubernetes.get("namespace", minimal.namespace)["status"]["phase"] == "Active"


def test_a_revert_brings_it_back_with_its_data(minimal: App, fleet: Fleet, figures: Figures) -> None:
    fleet.repository.revert()
    with figures.timed("example-minimal", "deleted app back by git revert"):
        fleet.poke("example")
        for attempt in eventually(60):
            with attempt:
                minimal.application()
        minimal.wait_healthy()
    assert minimal.sql("select value from kept") == "before the deletion"
    assert minimal.request().status == 200


def test_a_namespace_deleted_first_is_let_go_by_hand(minimal: App) -> None:
    set_finalizers(minimal, ["argocd.argoproj.io/hook-finalizer"])  # as it is while /init runs
    minimal.kubernetes.kubectl("delete", "namespace", minimal.namespace, "--wait=false")
    for attempt in eventually(180):
        with attempt:
            conditions = minimal.kubernetes.get("namespace", minimal.namespace)["status"].get("conditions", [])
            messages = [condition["message"] for condition in conditions if condition["status"] == "True"]
            assert "Some resources are remaining: jobs.batch has 1 resource instances" in messages, messages
    set_finalizers(minimal, None)
    for attempt in eventually(60):
        with attempt:
            assert not minimal.kubernetes.kubectl("get", "namespace", minimal.namespace, "--ignore-not-found")
    minimal.commit("gone for good", remove)
    delete_application(minimal)
    assert not minimal.kubernetes.kubectl("get", "namespace", minimal.namespace, "--ignore-not-found")
