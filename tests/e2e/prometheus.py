"""The test cluster's Prometheus: started, and asked."""

from __future__ import annotations

import http.client
import json
from typing import Any

from tests.cluster import engines
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.settings import Settings

POD = "prometheus-cluster-0"
NAMESPACE = "--namespace=monitoring"


def start(settings: Settings, kubernetes: Kubernetes) -> None:
    """Start it, with its operator and kube-state-metrics, in namespace monitoring, and wait until it is ready."""
    engines.start(settings, kubernetes, "prometheus")
    kubernetes.wait("condition=Ready", f"pod/{POD}", NAMESPACE, seconds=120)


def ask(kubernetes: Kubernetes, path: str) -> Any:
    """What its API answers."""
    pod = kubernetes.get("pod", POD, NAMESPACE)["status"]["podIP"]
    connection = http.client.HTTPConnection(pod, 9090, timeout=10)
    connection.request("GET", f"/api/v1/{path}")
    return json.load(connection.getresponse())["data"]
