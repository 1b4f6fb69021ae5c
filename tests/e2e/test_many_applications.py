"""What a commit costs ArgoCD with 200 Applications: built from main, and read from the branch that rings-render writes.

The apps have no pods: what is measured is ArgoCD, not the cluster. It is told of every push, as by a webhook, and looks at git by
itself as rarely as it does by default.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psutil
import pytest

from tests.cluster import configuration, machines, processes
from tests.cluster.settings import CONTROL, Settings
from tests.e2e.app import replace
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.ringed import RINGS, Ringed
from tests.e2e.wait import eventually

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.timeout(3600),
    pytest.mark.test_cluster("reads the CPU time of ArgoCD's processes"),
]

APPS = 200
CUSTOMER, FIRST = "many", "a000"
NAMES = ("argocd-applicat", "argocd-repo-ser")
"""Of processes, as the kernel keeps them."""
QUIET = 30
"""Seconds over which the CPU that ArgoCD takes anyway is measured."""
CONTROLLER, RESYNC = "argocd-application-controller", "--app-resync="
RARELY = 180
"""Seconds: ArgoCD's default. Every 10 s, as the test cluster's, its controller is busy with 200 of them."""
WITHOUT_PODS = """\
  - path: database-secret.yaml
  - target: {kind: Job, name: migrate}
    patch: '{$patch: delete, apiVersion: batch/v1, kind: Job, metadata: {name: migrate}}'
  - target: {kind: SealedSecret}
    patch: '{$patch: delete, apiVersion: bitnami.com/v1alpha1, kind: SealedSecret, metadata: {name: database-app}}'
"""
SUPPRESSED = """\
- {rule: secret-exists, object: Deployment/web, reason: it has no pod, until: "2099-01-01"}
"""
SITE = "base/web/deployment.yaml"


class Many:
    """The apps, and ArgoCD's view of them."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet, self.rings = fleet, Ringed(fleet)

    def write(self) -> None:
        """Write the first app by `new-app`, and copies of it."""
        first = self.fleet.create(CUSTOMER, FIRST, "example/minimal:1.0.0", "--database=external")
        sizing = first.platform_folder / "sizing.yaml"
        sizing.write_text(re.sub(r"(web:\n\s+replicas: )\d+", r"\g<1>0", sizing.read_text()))
        kustomization = first.platform_folder / "kustomization.yaml"
        replace(kustomization, "  - path: database-secret.yaml\n", WITHOUT_PODS)
        (first.platform_folder / "suppressions.yaml").write_text(SUPPRESSED)
        for number in range(1, APPS):
            for folder in (first.customer_folder, first.platform_folder):
                target = folder.with_name(f"a{number:03d}")
                shutil.copytree(folder, target)
                for file in target.iterdir():
                    file.write_text(file.read_text().replace(FIRST, target.name))

    def applications(self) -> list[dict[str, Any]]:
        """All Applications of the customer's apps."""
        found = self.fleet.kubernetes.get("applications", "--namespace=argocd")["items"]
        return [one for one in found if one["metadata"]["name"].startswith(f"{CUSTOMER}-")]

    def wait(self, deployed: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until all Applications are as wanted."""
        for attempt in eventually(1800, every=5):
            with attempt:
                there = sum(map(deployed, self.applications()))
                assert there >= APPS, f"{there} of {APPS}"

    def refresh(self) -> None:
        """Tell ArgoCD of a push, as its webhook does: for all Applications that read the repository."""
        self.fleet.kubernetes.kubectl(
            "annotate", "applications", "--all", "--namespace=argocd", "--overwrite", "argocd.argoproj.io/refresh=normal"
        )  # fmt: skip

    def histories(self, value: int) -> int:
        """How many sites have that history."""
        found = self.fleet.kubernetes.get("deployments", "--all-namespaces", "--selector=app.kubernetes.io/name=web")[
            "items"
        ]
        return sum(one["spec"]["revisionHistoryLimit"] == value for one in found)


def cpu(settings: Settings) -> float:
    """The seconds of CPU that this cluster's ArgoCD, and what it started and saw ended, have taken so far."""
    total = 0.0
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # it has ended
            if process.name()[:15] in NAMES and process.environ().get("HOME") == str(settings.run / "argocd"):
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def synced(one: dict[str, Any]) -> bool:
    status = one.get("status", {})
    return status.get("sync", {}).get("status") == "Synced" and "operation" not in one


def restart(settings: Settings, resync: int | None) -> None:
    """Start ArgoCD's controller anew, looking at git every so many seconds; None: as the test cluster's."""
    for process in [process for process, name in processes.tagged(settings.run) if name == CONTROLLER]:
        with suppress(psutil.NoSuchProcess):  # it ended with the one it was started by
            process.kill()
            process.wait(20)
    [program] = [one for one in configuration.processes(settings, "argocd") if one.name == CONTROLLER]
    changed = [f"{RESYNC}{resync}" if resync and word.startswith(RESYNC) else word for word in program.command]
    machines.find(settings)[CONTROL].start(CONTROLLER, changed, program.env)


@pytest.fixture(scope="module")
def unhurried(settings: Settings) -> Iterator[None]:
    """ArgoCD as it is by default."""
    restart(settings, RARELY)
    yield
    restart(settings, None)


@pytest.fixture(scope="module")
def many(fleet: Fleet, unhurried: None) -> Many:
    """All of them synced from main."""
    made = Many(fleet)
    made.write()
    fleet.repository.commit("Many apps")
    fleet.poke(CUSTOMER)
    made.wait(synced)
    return made


def measured(many: Many, figures: Figures, what: str, commit: Callable[[], object], done: Callable[[], bool]) -> None:
    """Commit, wait until it is deployed, and note the seconds and ArgoCD's CPU beyond what it takes anyway."""
    settings = many.fleet.settings
    start = cpu(settings)
    time.sleep(QUIET)
    idle = (cpu(settings) - start) / QUIET
    begun = time.monotonic()
    commit()
    pushed, before = time.monotonic(), cpu(settings)
    many.refresh()
    for attempt in eventually(1800, every=5):
        with attempt:
            assert done()
    took = time.monotonic() - pushed
    time.sleep(QUIET)  # others may be looked at still
    spent = cpu(settings) - before - idle * (time.monotonic() - pushed)
    figures.add(
        f"{APPS} apps",
        what,
        f"commit and render {pushed - begun:.0f} s, deployed after {took:.0f} s, {max(spent, 0):.0f} s of CPU",
    )


def library(many: Many, history: int) -> None:
    path = many.fleet.root / SITE
    path.write_text(re.sub(r"revisionHistoryLimit: \d+", f"revisionHistoryLimit: {history}", path.read_text(), count=1))


def comment(many: Many, number: int) -> None:
    path = many.fleet.root / SITE
    path.write_text(f"# {number}\n{path.read_text()}")


def overlay(many: Many, name: str) -> None:
    (many.fleet.root / f"overlays/customers/{CUSTOMER}/{FIRST}/app.env").open("a").write(f"{name}=set\n")


def has(many: Many, name: str) -> bool:
    found = many.fleet.kubernetes.get("configmaps", f"--namespace={CUSTOMER}-{FIRST}")["items"]
    return any(name in one.get("data", {}) for one in found)


def test_built_from_main(many: Many, figures: Figures) -> None:
    git = many.fleet.repository

    def seen() -> bool:
        head = git.git("rev-parse", "HEAD")
        return all(one["status"]["sync"].get("revision") == head for one in many.applications())

    overlay(many, "FROM_MAIN")
    measured(many, figures, "main, an app's commit", lambda: git.commit("app"), lambda: has(many, "FROM_MAIN"))
    comment(many, 1)
    measured(many, figures, "main, a library commit that changes no object", lambda: git.commit("comment"), seen)
    library(many, 4)
    measured(
        many, figures, "main, a library commit that changes all apps",
        lambda: git.commit("all"), lambda: many.histories(4) == APPS,
    )  # fmt: skip


def test_read_from_the_branch(many: Many, figures: Figures) -> None:
    rings = many.rings
    rings.begin(f"{CUSTOMER}/{FIRST}")
    rings.read_by_argocd("deploy", before="main")
    many.wait(lambda one: synced(one) and one["status"]["sync"]["comparedTo"]["source"]["targetRevision"] == "deploy")
    overlay(many, "FROM_DEPLOY")
    measured(many, figures, "deploy, an app's commit", lambda: rings.commit("app"), lambda: has(many, "FROM_DEPLOY"))
    before = many.fleet.repository.git("rev-parse", "refs/heads/deploy^{tree}")
    comment(many, 2)
    measured(
        many, figures, "deploy, a library commit that changes no object", lambda: rings.commit("comment"), lambda: True
    )
    assert many.fleet.repository.git("rev-parse", "refs/heads/deploy^{tree}") == before
    library(many, 3)
    rings.release("v2.0.0")

    def advance() -> None:
        path = many.fleet.root / RINGS
        head = many.fleet.repository.git("rev-parse", "HEAD")
        text = path.read_text().replace("v1.0.0", "v2.0.0")
        path.write_text(re.sub(r'commit: "[0-9a-f]+"', f'commit: "{head}"', text))
        rings.commit("All rings get v2.0.0")

    measured(many, figures, "deploy, a version that changes all apps", advance, lambda: many.histories(3) == APPS)
