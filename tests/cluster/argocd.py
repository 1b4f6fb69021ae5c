"""ArgoCD and a git server, in the control machine."""
from __future__ import annotations
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.machines import Machine
from tests.cluster.settings import Settings
def start(settings: Settings, kubernetes: Kubernetes, control: Machine) -> None: ...
