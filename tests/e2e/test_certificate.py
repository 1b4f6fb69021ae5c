"""certificate: cert-manager issues and renews, a host is added, and a release goes on while the issuer is away."""

from __future__ import annotations

import json
import re
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography import x509

from tests.cluster import engines
from tests.e2e.app import App
from tests.e2e.figures import Figures
from tests.e2e.fleet import Fleet
from tests.e2e.wait import eventually

HOST, ADDED = "issued-site.example.com", "www-issued-site.example.com"
NOWHERE = "https://acme.invalid:14000/dir"


@pytest.fixture(scope="module")
def app(fleet: Fleet, figures: Figures) -> App:
    """A new app that lists the component; nobody seals a certificate for it."""
    engines.start(fleet.settings, fleet.kubernetes, "cert-manager")
    app = fleet.create("issued", "site", "example/minimal:1.0.0", "--components=certificate")
    start = time.monotonic()
    fleet.add(app, certified=False)
    app.wait_healthy(seconds=300)
    issued(app, 120)
    figures.seconds(app.namespace, "first commit, to HTTPS with an issued certificate", time.monotonic() - start)
    return app


def served(app: App, host: str = HOST) -> x509.Certificate:
    """The certificate that the ingress shows for a host; OSError without one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    address = app.kubernetes.settings.data["network"]["ingress"]
    plain = socket.create_connection((address, 443), 10)
    with plain, context.wrap_socket(plain, server_hostname=host) as secure:
        return x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")


def issued(app: App, seconds: float, before: int = 0, hosts: tuple[str, ...] = (HOST,)) -> x509.Certificate:
    """Wait for a certificate of the issuer's for these hosts, another than that with the serial number `before`."""
    found: list[x509.Certificate] = []
    for attempt in eventually(seconds):
        with attempt:
            found.append(served(app))
            names = found[-1].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            assert "Pebble" in found[-1].issuer.rfc4514_string()
            assert sorted(names.get_values_for_type(x509.DNSName)) == sorted(hosts)
            assert found[-1].serial_number != before
    return found[-1]


def renew(app: App) -> None:
    """Ask for a new certificate, as `cmctl renew` does."""
    certificate = app.get("certificate", "web-tls")
    asked = {
        "type": "Issuing",
        "status": "True",
        "reason": "ManuallyTriggered",
        "message": "test",
        "lastTransitionTime": certificate["metadata"]["creationTimestamp"],
    }
    kept = [one for one in certificate["status"].get("conditions", []) if one["type"] != "Issuing"]
    patch = json.dumps({"status": {"conditions": [*kept, asked]}})
    app.kubectl("patch", "certificate", "web-tls", "--subresource=status", "--type=merge", f"--patch={patch}")


@contextmanager
def issuer_away(app: App) -> Iterator[None]:
    """The ClusterIssuer asks a server that isn't there."""
    path = ["get", "clusterissuer", "letsencrypt", "--output=jsonpath={.spec.acme.server}"]
    server = app.kubernetes.kubectl(*path)
    change = ["patch", "clusterissuer", "letsencrypt", "--type=merge"]
    app.kubernetes.kubectl(*change, f'--patch={{"spec": {{"acme": {{"server": "{NOWHERE}"}}}}}}')
    try:
        yield
    finally:
        app.kubernetes.kubectl(*change, f'--patch={{"spec": {{"acme": {{"server": "{server}"}}}}}}')


def test_nothing_of_the_solver_is_left(app: App) -> None:
    for attempt in eventually(60):
        with attempt:
            assert app.get("pods", "--selector=acme.cert-manager.io/http01-solver=true")["items"] == []
    assert [one["metadata"]["name"] for one in app.get("ingresses")["items"]] == ["web"]


def test_it_passes_the_checks(app: App, fleet: Fleet) -> None:
    fleet.check(app)


def test_renewed_while_visitors_come(app: App, figures: Figures) -> None:
    before = served(app).serial_number
    start = time.monotonic()
    renew(app)
    issued(app, 120, before)
    figures.seconds(app.namespace, "renewal asked for, to the new certificate served", time.monotonic() - start)


def test_a_release_while_the_issuer_is_away(app: App, figures: Figures) -> None:
    before = served(app).serial_number
    with issuer_away(app):
        renew(app)
        app.commit("a variable", lambda app: append(app, "COLOUR=red\n"))
        figures.seconds(app.namespace, "a release while the issuer is away, to Healthy", app.wait_healthy(seconds=180))
        assert served(app).serial_number == before


def test_a_second_host_gets_a_certificate_with_both(app: App, figures: Figures) -> None:
    def change(app: App) -> None:
        env = app.customer_folder / "app.env"
        env.write_text(re.sub(r"(?m)^HOSTS=.*$", f"HOSTS={HOST},{ADDED}", env.read_text()))
        listed = app.customer_folder / "kustomization.yaml"
        route = "  - ../../../../components/ingress\n"
        listed.write_text(listed.read_text().replace(route, f"{route}  - ../../../../components/hosts/2\n"))

    start = time.monotonic()
    app.commit("a second host", change)
    app.wait_healthy(seconds=180)
    issued(app, 180, hosts=(HOST, ADDED))
    figures.seconds(app.namespace, "commit of a second host, to a certificate with both", time.monotonic() - start)


def append(app: App, line: str) -> None:
    """Add a line to app.env."""
    env = app.customer_folder / "app.env"
    env.write_text(env.read_text() + line)
