"""Ingress and Gateway API: Contour as the controller, Envoy as the proxy, both in the control machine."""
from __future__ import annotations
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.machines import Machine
from tests.cluster.settings import Settings
def start(settings: Settings, kubernetes: Kubernetes, control: Machine) -> None: ...
def wait(settings: Settings) -> None: ...
