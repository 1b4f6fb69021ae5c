"""The fleet: this repository's library and examples in a git repository that ArgoCD deploys."""

from __future__ import annotations

import fcntl
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cluster import argocd, images, ingress, machines, registry
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.report import warn
from tests.cluster.settings import CONTROL, REPOSITORY, Settings
from tests.e2e.app import App, replace
from tests.e2e.repository import Repository
from tests.e2e.sealing import Sealer, fetch_certificate
from tests.e2e.variants import VARIANTS
from tests.e2e.wait import eventually

ARGOCD = "overlays/ungleich/argocd"
LIBRARY = ("base", "components", "overlays/template", ARGOCD)
# What tells an app's namespace from the cluster's own, and from those of check-image, which removes them itself.
TENANT = "pod-security.kubernetes.io/audit,!hosting.ungleich.ch/check-image"
# What an example needs here beyond its new seals, each a step that production has, too.
SECRETS = {"SECRET_KEY", "API_TOKEN"}


class Fleet:
    """Apps by ``<customer>-<app>``; each is pushed, and deployed, when it is first asked for."""

    def __init__(self, kubernetes: Kubernetes, settings: Settings, folder: Path) -> None:
        self.kubernetes, self.settings, self.folder = kubernetes, settings, folder
        name = f"fleet-{secrets.token_hex(3)}"
        self.repository = Repository(folder / "work", argocd.create_repository(settings, name))
        self.root = self.repository.path
        self.sealer = Sealer(settings, self.root, fetch_certificate(settings, folder / "cluster.pem"))
        self.apps: dict[str, App] = {}
        for path in LIBRARY:
            copy(REPOSITORY / path, self.root / path)
        url = argocd.url(settings, name)
        replace(self.root / ARGOCD / "repository/repository.yaml", line(ARGOCD, "  url: "), f"  url: {url}")
        self.repository.commit("library")

    def start(self) -> None:
        """Apply overlays/ungleich/argocd, as the platform's team does once."""
        self.kubernetes.kubectl("apply", "--server-side", "--force-conflicts", f"--kustomize={self.root / ARGOCD}")

    def app(self, namespace: str) -> App:
        """An example, pushed when it is first asked for. It need not be healthy yet."""
        if namespace not in self.apps:
            customer, _, name = namespace.partition("-")
            for zone in ("customers", "ungleich"):
                folder = f"overlays/{zone}/{customer}/{name}"
                copy(REPOSITORY / folder, self.root / folder)
            app = App(self.kubernetes, self.repository, customer, name)
            if namespace in VARIANTS:
                VARIANTS[namespace](app)
            self.sealer.seal_again(customer, name)
            self.add(app)
        return self.apps[namespace]

    def add(self, app: App) -> App:
        """Take an app whose folders are in the working copy: seal what the example image needs, push it."""
        for key in sorted(SECRETS):
            self.sealer.seal(app.customer, app.name, "app", key, self.sealer.value("app", key))
        self.repository.commit(f"{app.namespace}: new")
        self.apps[app.namespace] = app
        self.poke(app.customer)
        for attempt in eventually(120):
            with attempt:
                app.application()
        self.certify(app)
        return app

    def poke(self, customer: str) -> None:
        """Tell the ApplicationSets of a new folder, as a webhook would."""
        for attempt in eventually(120):
            with attempt:
                for name in ("customers", customer):
                    self.kubernetes.kubectl(
                        "annotate", "applicationset", name, "--namespace=argocd", "--overwrite",
                        "argocd.argoproj.io/application-set-refresh=true",
                    )  # fmt: skip

    def certify(self, app: App) -> None:
        """Give the Ingress its Secret `web-tls`: the library leaves to the cluster where that comes from."""
        for attempt in eventually(60):
            with attempt:
                if "web-tls" not in app.kubectl("get", "secrets", "--output=name", "--ignore-not-found"):
                    ingress.tls_secret(self.settings, self.kubernetes, app.namespace, "web-tls")

    def release(self, name: str, files: dict[str, tuple[int, bytes]], *, private: bool = False) -> str:
        """Push the example image with other files in it as ``example/blog:2.0.0``; returns its digest."""
        target = self.folder / "images" / name.replace(":", "-")
        digest = images.derive(self.settings, "example-app", target, files)
        registry.push(self.settings, machines.find(self.settings)[CONTROL], target, name, private=private)
        return digest

    def stop(self) -> None:
        """Remove everything the fleet made; what an app keeps goes with its namespace."""
        clear(self.kubernetes, wait=False)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the cluster against other runs, which would clear this one's apps away; waits for one that holds it."""
    with (settings.run / "fleet.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            warn("e2e: another run uses this cluster; waiting for its end")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def clear(kubernetes: Kubernetes, *, wait: bool) -> None:
    """Remove every app, project and namespace that a fleet made, this one's or one's that was interrupted."""
    argo = "--namespace=argocd"
    for kind in ("applicationsets", "applications"):
        kubernetes.kubectl("delete", kind, "--all", argo, f"--wait={'true' if kind == 'applicationsets' else 'false'}")
    names = [project["metadata"]["name"] for project in kubernetes.get("appprojects", argo)["items"]]
    if others := [name for name in names if name != "default"]:
        kubernetes.kubectl("delete", "appprojects", argo, *others)
    spaces = kubernetes.get("namespaces", f"--selector={TENANT}")["items"]
    for name in [space["metadata"]["name"] for space in spaces]:
        here = f"--namespace={name}"
        # Nobody is left who would take ArgoCD's finalizer off a hook, and nothing in it needs the time to end well.
        for job in kubernetes.kubectl("get", "jobs", here, "--output=name").split():
            kubernetes.kubectl("patch", job, here, "--type=merge", '--patch={"metadata": {"finalizers": null}}')
        kubernetes.kubectl("delete", "deployments,statefulsets,jobs", "--all", here, "--wait=false")
        kubernetes.kubectl("delete", "pods", "--all", here, "--grace-period=1", "--wait=false")
    kubernetes.kubectl("delete", "namespaces", f"--selector={TENANT}", f"--wait={str(wait).lower()}", "--timeout=180s")


def copy(source: Path, target: Path) -> None:
    """Copy a folder of the working tree; what git ignores is not in these folders."""
    shutil.copytree(source, target, dirs_exist_ok=True)


def line(folder: str, start: str) -> str:
    """The one line of the repository's own settings that begins so."""
    text = (REPOSITORY / folder / "repository/repository.yaml").read_text()
    [found] = [one for one in text.splitlines() if one.startswith(start)]
    return found
