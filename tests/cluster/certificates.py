"""The cluster's certificate authority, its certificates and the kubeconfig of each client."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.cluster.settings import HERE, Settings

LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class Request:
    """A certificate to issue: file name, user (common name), groups (organizations), host names and addresses.

    namespace: the default of the kubeconfig that goes with it.
    """

    name: str
    user: str
    groups: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    namespace: str = "default"


def requests(settings: Settings) -> list[Request]:
    """Every certificate the cluster needs: config/certificates.yaml and one for each node."""
    rows = yaml.safe_load(settings.render((HERE / "config/certificates.yaml").read_text()))
    nodes = [
        Request(node.name, f"system:node:{node.name}", ["system:nodes"], [node.name, node.address])
        for node in settings.every_node
    ]
    return [Request(**row) for row in rows] + nodes


class Authority:
    """A certificate authority with an elliptic curve key, valid for 30 days."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = _name("cluster-ca", [])
        builder = _builder(name, name, self.key.public_key())
        usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
        self.certificate = (
            builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def issue(self, request: Request) -> tuple[bytes, bytes]:
        """A certificate for client and server use and its key, both PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(request.user, request.groups)
        usages = [ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]
        builder = _builder(subject, self.certificate.subject, key.public_key()).add_extension(
            x509.ExtendedKeyUsage(usages), critical=False
        )
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        if request.hosts:
            names = x509.SubjectAlternativeName([general_name(host) for host in request.hosts])
            builder = builder.add_extension(names, critical=False)
        certificate = builder.sign(self.key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM), private_pem(key)


def write(settings: Settings) -> None:
    """Write certificates and keys to run/pki and a kubeconfig for each certificate to run/kubeconfig."""
    pki, kubeconfigs = settings.run / "pki", settings.run / "kubeconfig"
    pki.mkdir(parents=True, mode=0o700)
    kubeconfigs.mkdir(mode=0o700)
    authority = Authority()
    ca = authority.certificate.public_bytes(serialization.Encoding.PEM)
    _write(pki / "ca.crt", ca)
    _write(pki / "ca.key", private_pem(authority.key))
    _write_service_account_key(pki)
    for request in requests(settings):
        certificate, key = authority.issue(request)
        _write(pki / f"{request.name}.crt", certificate)
        _write(pki / f"{request.name}.key", key)
        _write(
            kubeconfigs / f"{request.name}.yaml", kubeconfig(settings, ca, certificate, key, request.namespace).encode()
        )


def kubeconfig(settings: Settings, ca: bytes, certificate: bytes, key: bytes, namespace: str) -> str:
    """A kubeconfig that holds the PEM certificates themselves, so that it can be copied elsewhere."""
    server = f"https://[{settings.data['network']['control']}]:6443"
    user = {"client-certificate-data": _base64(certificate), "client-key-data": _base64(key)}
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "cluster", "cluster": {"server": server, "certificate-authority-data": _base64(ca)}}],
            "users": [{"name": "user", "user": user}],
            "contexts": [
                {"name": "cluster", "context": {"cluster": "cluster", "user": "user", "namespace": namespace}}
            ],
            "current-context": "cluster",
        }
    )


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The key as unencrypted PEM, in the form Go's TLS and Kubernetes read."""
    form = serialization.PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _write_service_account_key(pki: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    _write(pki / "service-accounts.key", private_pem(key))
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    _write(pki / "service-accounts.pub", public)


def _builder(subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))  # clocks differ a little
        .not_valid_after(now + LIFETIME)
    )


def _name(user: str, groups: list[str]) -> x509.Name:
    organizations = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group) for group in groups]
    return x509.Name([*organizations, x509.NameAttribute(NameOID.COMMON_NAME, user)])


def general_name(host: str) -> x509.GeneralName:
    """A host name or an IP address as certificates hold it."""
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _write(file: Path, data: bytes) -> None:
    file.touch(mode=0o600)
    file.write_bytes(data)
