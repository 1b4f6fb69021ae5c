"""Another cluster, named by KUBECONFIG on purpose: what has to be said of it, and that nothing of others is touched."""

from __future__ import annotations

import json
import os
import re
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tests.cluster import certificates, processes
from tests.cluster.kubernetes import Kubernetes, last
from tests.cluster.report import ClusterError
from tests.cluster.settings import FILE, REPOSITORY, Settings
from validators.authoring import scaffold
from validators.policy import names
from validators.render import kustomize
from validators.sources.folder import CLUSTER

CACHE = REPOSITORY / ".cache/e2e-foreign"
# What has to be in the environment, beside KUBECONFIG.
WANTED = {
    "E2E_GIT": "URL of a git repository for this alone, that ArgoCD there can read",
    "E2E_IMAGE": "name of the image of examples/, built and pushed to where the nodes pull from without a password",
}
KINDS = {
    "applicationsets.argoproj.io": "ArgoCD 3.6 in namespace argocd",
    "sealedsecrets.bitnami.com": "the SealedSecrets controller in namespace kube-system",
}
WAYS = ("ingress", "gateway")
ADDRESSES = "jsonpath={.status.addresses[*].value}"
CERTIFICATE = certificates.Request("ingress", "ingress", hosts=["*.example.com", "*.example.org", "*.example.net"])


@dataclass(frozen=True)
class Foreign(Settings):
    """A cluster that runs already: reached by a kubeconfig, asked at its ingress address."""

    file: Path

    @property
    def ours(self) -> bool:
        """It is another's."""
        return False

    @property
    def kubeconfig(self) -> Path:
        """The file that KUBECONFIG names."""
        return self.file

    @cached_property
    def path(self) -> str:
        """PATH, and where `make e2e` has put kubeseal."""
        return f"{kustomize.TOOLS}:{os.environ.get('PATH', os.defpath)}"

    @cached_property
    def environment(self) -> dict[str, str]:
        """The environment as it is: a kubeconfig may ask programs for its credentials."""
        return {**os.environ, "PATH": self.path}

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """Certificates are not checked: a Gateway that serves real hosts has none for ``*.example.com``."""
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    @cached_property
    def git(self) -> str:
        """URL that ArgoCD reads."""
        return os.environ["E2E_GIT"]

    @cached_property
    def push(self) -> str:
        """URL that is pushed to from here."""
        return os.environ.get("E2E_GIT_PUSH", self.git)

    def use_facts(self, root: Path) -> None:
        """Make the facts of the cluster in a working copy those of the file that E2E_FACTS names, if it does."""
        if file := os.environ.get("E2E_FACTS"):
            (root / CLUSTER / "facts.yaml").write_text(Path(file).read_text())

    def use_image(self, customer_folder: Path) -> None:
        """Make an app's image the one that E2E_IMAGE names."""
        image = names.image(os.environ["E2E_IMAGE"])
        file = customer_folder / "kustomization.yaml"
        text = re.sub(r"newName: .*", f"newName: {image.repository}", file.read_text())
        file.write_text(re.sub(r"(newTag|digest): .*", scaffold.version(image), text))

    def made(self, found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those of ArgoCD's objects that read the repository given for the tests."""
        return [one for one in found if f'"{self.git}"' in json.dumps(one["spec"])]

    def start(self, kubernetes: Kubernetes) -> None:
        """Make the certificate for `web-tls`; raises ClusterError if ArgoCD has the library's objects already."""
        for kind, name in (("applicationset", "customers"), ("appproject", "argocd")):
            found = kubernetes.kubectl("get", kind, name, "--namespace=argocd", "--ignore-not-found", "--output=json")
            if found and f'"{self.git}"' not in found:
                raise ClusterError(
                    f"{kind} {name} is there and reads another repository: the cluster runs apps of its own"
                )
        (self.run / "pki").mkdir(parents=True, mode=0o700, exist_ok=True)
        for ending, content in zip(("crt", "key"), certificates.Authority().issue(CERTIFICATE), strict=True):
            (self.run / f"pki/ingress.{ending}").write_bytes(content)


def named(own: Settings) -> Path | None:
    """The kubeconfig of another cluster than the test cluster, if KUBECONFIG names one."""
    name = os.environ.get("KUBECONFIG", "")
    return Path(name).resolve() if name and Path(name).resolve() != own.kubeconfig else None


def load() -> Settings:
    """The settings of the cluster to test on: the one that KUBECONFIG names, or the test cluster."""
    own = Settings.load()
    file = named(own)
    if not file:
        return own
    data = yaml.safe_load(FILE.read_text())
    found, given = Foreign(data, CACHE, file), {way: os.environ.get(f"E2E_{way.upper()}", "") for way in WAYS}
    if not all(given.values()) and not _reachable(found):
        public = ["get", "gateways", "--namespace=gateway", "--ignore-not-found", f"--output={ADDRESSES}", "public"]
        given["gateway"] = given["gateway"] or Kubernetes(found).kubectl(*public).partition(" ")[0]
    data["network"] = {way: given[way] or given[other] for way, other in zip(WAYS, reversed(WAYS), strict=True)}
    return found


def missing(settings: Foreign) -> list[str]:
    """One line for everything that is missing, with what to do about it; empty where the tests can run."""
    gaps = [f"{name} is not set: {what}" for name, what in WANTED.items() if not os.environ.get(name)]
    gaps += _reachable(settings) or _kinds(settings)
    if not settings.data["network"]["ingress"]:
        gaps.append("E2E_INGRESS is not set: address of the ingress; Gateway public in namespace gateway tells none")
    return [*gaps, "or unset KUBECONFIG: the tests then bring a cluster up on this machine"] if gaps else []


def _reachable(settings: Foreign) -> list[str]:
    try:
        Kubernetes(settings).kubectl("get", "--raw=/readyz", "--request-timeout=5s")
    except FileNotFoundError:
        return ["program kubectl not found; install it"]
    except processes.CommandError as error:
        return [f"KUBECONFIG={settings.file}: {last(error.stderr)}; name one file, of an administrator"]
    return []


def _kinds(settings: Foreign) -> list[str]:
    there = Kubernetes(settings).kubectl("get", "customresourcedefinitions", "--output=name")
    return [f"the cluster has no {kind}; install {what}" for kind, what in KINDS.items() if f"/{kind}\n" not in there]


def refuse_namespace(kubernetes: Kubernetes, name: str) -> None:
    """Raise ClusterError if there is a namespace that the tests are about to make, and to remove at the end."""
    if kubernetes.kubectl("get", "namespace", name, "--ignore-not-found"):
        raise ClusterError(f"namespace {name} is there already; if an earlier run has left it, delete it")
