"""The fleet: this repository's library and examples in a git repository that ArgoCD deploys."""

from __future__ import annotations

import fcntl
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.cluster import argocd, engines, images, ingress, machines, processes, registry
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.processes import CommandError
from tests.cluster.report import warn
from tests.cluster.settings import CONTROL, REPOSITORY, Settings
from tests.e2e import foreign
from tests.e2e.app import App, replace
from tests.e2e.foreign import Foreign
from tests.e2e.repository import Repository
from tests.e2e.sealing import Sealer, fetch_certificate
from tests.e2e.variants import VARIANTS, little_requested, without_certificate
from tests.e2e.wait import eventually
from tests.zones import OURS
from validators.sources.zones import TEMPLATE

ARGOCD = OURS.argocd
LIBRARY = (*OURS.library, TEMPLATE, ARGOCD)
HEALTH = REPOSITORY / ARGOCD / "argocd-cm.yaml"
# What tells an app's namespace from the cluster's own, and from those of check-image, which removes them itself.
TENANT = "pod-security.kubernetes.io/audit,!hosting.ungleich.ch/check-image"
# What an example needs here beyond its new seals, each a step that production has, too.
SECRETS = frozenset({"SECRET_KEY", "API_TOKEN"})


class Fleet:
    """Apps by ``<customer>-<app>``; each is pushed, and deployed, when it is first asked for."""

    def __init__(self, kubernetes: Kubernetes, settings: Settings, folder: Path) -> None:
        self.kubernetes, self.settings, self.folder = kubernetes, settings, folder
        name = f"fleet-{secrets.token_hex(3)}"
        if isinstance(settings, Foreign):
            url, push, branch = settings.git, settings.push, name
        else:
            url, push, branch = argocd.url(settings, name), argocd.create_repository(settings, name), "main"
        self.repository = Repository(folder / "work", push, branch)
        self.root = self.repository.path
        self.sealer = Sealer(settings, self.root, fetch_certificate(settings, folder / "cluster.pem"))
        self.apps: dict[str, App] = {}
        for path in LIBRARY:
            copy(REPOSITORY / path, self.root / path)
        if isinstance(settings, Foreign):
            settings.use_facts(self.root)
        for key, value in (("url", url), ("revision", branch)):
            file = self.root / ARGOCD / "repository/repository.yaml"
            replace(file, line(ARGOCD, f"  {key}: "), f"  {key}: {value}")
        customers = self.root / ARGOCD / "application-set.yaml"
        [left_out] = [one for one in customers.read_text().splitlines() if f"{OURS.platform}/example, exclude" in one]
        replace(customers, f"{left_out}\n", "")  # here they are deployed
        self.repository.commit("library")

    def start(self) -> None:
        """Apply overlays/ungleich/argocd, as the platform's team does once."""
        self.kubernetes.kubectl("apply", "--server-side", "--force-conflicts", f"--kustomize={self.root / ARGOCD}")
        if self.settings.ours:  # another cluster's ArgoCD is set up by those whose it is
            self.kubernetes.kubectl("patch", "configmap", "argocd-cm", "--namespace=argocd", f"--patch-file={HEALTH}")

    def app(self, namespace: str) -> App:
        """An example, pushed when it is first asked for. It need not be healthy yet."""
        if namespace not in self.apps:
            customer, _, name = namespace.partition("-")
            for zone in ("customers", "ungleich"):
                folder = f"overlays/{zone}/{customer}/{name}"
                copy(REPOSITORY / folder, self.root / folder)
            app = App(self.kubernetes, self.repository, customer, name)
            without_certificate(app)
            if namespace in VARIANTS:
                VARIANTS[namespace](app)
            self.sealer.seal_again(customer, name)
            self.add(app)
        return self.apps[namespace]

    def healthy(self, namespace: str) -> App:
        """An example, once it is healthy."""
        app = self.app(namespace)
        app.wait_healthy(seconds=300)
        return app

    def add(self, app: App, keys: Iterable[str] = SECRETS, *, certified: bool = True) -> App:
        """Take an app whose folders are in the working copy: seal what the example image needs of Secret `app`, push it.

        certified: whether it gets a certificate of the test cluster's authority.
        """
        if isinstance(self.settings, Foreign):
            foreign.refuse_namespace(self.kubernetes, app.namespace)
            self.settings.use_image(app.customer_folder)
        little_requested(app)
        if self.settings.ours and "postgres/cnpg" in (app.platform_folder / "kustomization.yaml").read_text():
            engines.start(self.settings, self.kubernetes, "cloudnative-pg")
        for key in sorted(keys):
            self.sealer.seal(app.customer, app.name, "app", key, self.sealer.value("app", key))
        self.repository.commit(f"{app.namespace}: new")
        self.apps[app.namespace] = app
        self.poke(app.customer)
        for attempt in eventually(120):
            with attempt:
                app.application()
        if certified:
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

    def create(self, customer: str, name: str, image: str, *options: str) -> App:
        """A new app by `new-app`, sealed, at ``<customer>-<name>.example.com``, in the working copy; nothing is pushed yet."""
        self.validators(
            "new-app", f"--customer={customer}", f"--app={name}", f"--host={customer}-{name}.example.com",
            f"--image=registry.example.com/{image}", *options,
        )  # fmt: skip
        self.sealer.seal_again(customer, name)
        return App(self.kubernetes, self.repository, customer, name)

    def validators(self, *arguments: str) -> str:
        """Run `python -m validators` on the working copy; raises processes.CommandError."""
        command = [sys.executable, "-m", "validators", *arguments, f"--root={self.root}"]
        environment = {"PATH": self.settings.path, "PYTHONPATH": str(REPOSITORY), "HOME": str(self.folder)}
        return processes.run(command, env={**environment, "KUBECONFIG": str(self.settings.kubeconfig)})

    def check(self, app: App) -> str:
        """What `make check` says of an app's two folders; raises processes.CommandError for findings."""
        return self.validators("check", str(app.platform_folder), str(app.customer_folder))

    def release(
        self, name: str, files: dict[str, tuple[int, bytes]], *, private: bool = False, **config: object
    ) -> str:
        """Push the example image with other files and settings as ``example/blog:2.0.0``; returns its digest."""
        if not self.settings.ours:
            pytest.skip("pushes images of its own, which it can only to the test cluster's registry")
        target = self.folder / "images" / name.replace(":", "-")
        digest = images.derive(self.settings, "example-app", target, files, **config)
        registry.push(self.settings, machines.find(self.settings)[CONTROL], target, name, private=private)
        return digest

    def stop(self) -> None:
        """Remove everything the fleet made; what an app keeps goes with its namespace."""
        clear(self.kubernetes, self.settings, self.apps, wait=False)
        if not self.settings.ours:
            self.repository.delete()


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


def clear(kubernetes: Kubernetes, settings: Settings, apps: Iterable[str] = (), *, wait: bool) -> None:
    """Remove every app, project and namespace that a fleet made, this one's or one's that was interrupted.

    On a cluster of others only what reads the repository given for the tests, and the namespaces of these apps.
    """
    argo, spaces = "--namespace=argocd", set(apps)
    for kind in ("applicationsets", "applications", "appprojects"):
        found = [one for one in kubernetes.get(kind, argo)["items"] if one["metadata"]["name"] != "default"]
        if isinstance(settings, Foreign):
            found = settings.made(found)
        spaces |= {one["spec"]["destination"]["namespace"] for one in found if kind == "applications"} - {"argocd"}
        if names := [one["metadata"]["name"] for one in found]:
            wait_for = f"--wait={str(kind != 'applications').lower()}"
            # The ApplicationSets may still be taking their own away.
            kubernetes.kubectl("delete", kind, argo, wait_for, "--ignore-not-found", *names)
    there = {one["metadata"]["name"] for one in kubernetes.get("namespaces", f"--selector={TENANT}")["items"]}
    remove(kubernetes, sorted(there if settings.ours else there & spaces), wait=wait)


def remove(kubernetes: Kubernetes, namespaces: list[str], *, wait: bool) -> None:
    """Remove namespaces and all that runs in them, without giving it the time to end well."""
    for name in namespaces:
        here = f"--namespace={name}"
        # Nobody is left who would take ArgoCD's finalizer off a hook, and nothing in it needs the time to end well.
        for job in kubernetes.kubectl("get", "jobs", here, "--output=name").split():
            with suppress(CommandError):  # ArgoCD has deleted it meanwhile
                kubernetes.kubectl("patch", job, here, "--type=merge", '--patch={"metadata": {"finalizers": null}}')
        kubernetes.kubectl("delete", "cronjobs,deployments,statefulsets,jobs", "--all", here, "--wait=false")
        kubernetes.kubectl("delete", "pods", "--all", here, "--grace-period=1", "--wait=false")
    if namespaces:
        kubernetes.kubectl("delete", "namespaces", *namespaces, f"--wait={str(wait).lower()}", "--timeout=180s")


def copy(source: Path, target: Path) -> None:
    """Copy a folder of the working tree; what git ignores is not in these folders."""
    shutil.copytree(source, target, dirs_exist_ok=True)


def line(folder: str, start: str) -> str:
    """The one line of the repository's own settings that begins so."""
    text = (REPOSITORY / folder / "repository/repository.yaml").read_text()
    [found] = [one for one in text.splitlines() if one.startswith(start)]
    return found
