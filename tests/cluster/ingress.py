"""Ingress and Gateway API: Contour as the controller, Envoy as the proxy, reached at the settings' ingress address."""

from __future__ import annotations

from tests.cluster import configuration
from tests.cluster.kubernetes import Kubernetes
from tests.cluster.machines import Machine
from tests.cluster.settings import Settings


def start(settings: Settings, kubernetes: Kubernetes, control: Machine) -> None:
    """Make the public Gateway with a certificate for *.example.*, and start both processes."""
    kubernetes.apply_manifest("ingress")
    tls_secret(settings, kubernetes, "gateway", "public-tls")
    config = settings.run / "config"
    control.run("nft", "--file", config / "ports.nft")
    bootstrap = ["--xds-address=127.0.0.1", "--xds-port=8001", "--admin-address=/run/envoy.sock"]
    control.run("contour", "bootstrap", *bootstrap, config / "envoy.json")
    configuration.start(control, "ingress")


def tls_secret(settings: Settings, kubernetes: Kubernetes, namespace: str, name: str) -> None:
    """Make a TLS Secret that holds the certificate for *.example.com, .org and .net."""
    pki = settings.run / "pki"
    kubernetes.kubectl(
        "create", "secret", "tls", name, f"--namespace={namespace}",
        f"--cert={pki / 'ingress.crt'}", f"--key={pki / 'ingress.key'}",
    )  # fmt: skip


def wait(kubernetes: Kubernetes) -> None:
    """Wait until Contour has accepted the Gateway. Envoy opens its ports with the first route."""
    kubernetes.wait("condition=Programmed", "gateway/public", "--namespace=gateway")
