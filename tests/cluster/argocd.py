"""ArgoCD and the git server whose repositories it syncs, in the control machine."""

from __future__ import annotations

from pathlib import Path

from tests.cluster import configuration, processes
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.machines import Machine
from tests.cluster.settings import Settings


def start(settings: Settings, kubernetes: Kubernetes, control: Machine) -> None:
    """Install ArgoCD's kinds and settings and start its processes; it needs no pods."""
    kubernetes.kubectl("apply", "--server-side", f"--kustomize={(settings.cache / 'modules/argocd').resolve()}")
    kubernetes.apply_manifest("argocd")
    for folder in ("tls", "ssh", "gpg"):
        (settings.run / "argocd" / folder).mkdir(parents=True)
    (settings.run / "git").mkdir()
    configuration.start(control, "argocd")


def create_repository(settings: Settings, name: str) -> Path:
    """Make an empty git repository with the branch main; push to the path, ArgoCD reads it at `url`."""
    path = settings.run / "git" / f"{name}.git"
    processes.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", path], env={"PATH": settings.path})
    return path


def url(settings: Settings, name: str) -> str:
    """Where ArgoCD finds the repository of that name."""
    return f"git://{settings.data['git']['host']}/{name}.git"
