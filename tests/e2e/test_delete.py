"""Deleting an app by ArgoCD, and bringing it back, as docs/platform-guide.md says it."""

from __future__ import annotations

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


def test_removing_the_folders_alone_deletes_nothing(minimal: App) -> None:
    minimal.sql("create table kept (value text)")
    minimal.sql("insert into kept values ('before the deletion')")

    def remove(app: App) -> None:
        shutil.rmtree(app.customer_folder)
        shutil.rmtree(app.platform_folder)

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
    finalizer = '{"metadata": {"finalizers": ["resources-finalizer.argocd.argoproj.io"]}}'
    where = ["application", minimal.namespace, "--namespace=argocd"]
    with figures.timed("example-minimal", "deletion by ArgoCD"):
        minimal.kubernetes.kubectl("patch", *where, "--type=merge", f"--patch={finalizer}")
        minimal.kubernetes.kubectl("delete", *where, "--timeout=180s")
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
