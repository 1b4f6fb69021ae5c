"""Ingress and Gateway API: Contour as the controller, an Envoy for each, reached at addresses of their own."""

from __future__ import annotations

from tests.cluster import configuration
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.machines import Machine
from tests.cluster.settings import Settings


def start(settings: Settings, kubernetes: Kubernetes, control: Machine) -> None:
    """Make the public Gateway with a certificate for *.example.*, and start the controller and its proxies."""
    kubernetes.apply_manifest("ingress")
    tls_secret(settings, kubernetes, "gateway", "public-tls")
    file = settings.run / "config/envoy.json"
    xds = [f"--xds-address={settings.data['network']['control']}", "--xds-port=8001"]
    control.run("contour", "bootstrap", *xds, "--admin-address=/admin/admin.sock", file)
    for namespace in ("projectcontour", "gateway"):
        kubernetes.kubectl("create", "configmap", "envoy", f"--namespace={namespace}", f"--from-file={file}")
        kubernetes.apply_manifest("envoy", f"--namespace={namespace}")
    configuration.start(control, "ingress")


def tls_secret(settings: Settings, kubernetes: Kubernetes, namespace: str, name: str) -> None:
    """Make a TLS Secret that holds the certificate for *.example.com, .org and .net, and the examples' www."""
    pki = settings.run / "pki"
    kubernetes.kubectl(
        "create", "secret", "tls", name, f"--namespace={namespace}",
        f"--cert={pki / 'ingress.crt'}", f"--key={pki / 'ingress.key'}",
    )  # fmt: skip


def wait(kubernetes: Kubernetes) -> None:
    """Wait until Contour has accepted the Gateway. The Envoys open their ports with the first route."""
    kubernetes.wait("condition=Programmed", "gateway/public", "--namespace=gateway")
