"""The cluster's certificates, without a cluster."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store

from tests.cluster import certificates
from tests.cluster.settings import HERE, Settings


@pytest.fixture
def written(tmp_path: Path) -> Settings:
    settings = Settings.load(HERE / "cluster.yaml", tmp_path)
    settings.run.mkdir()
    certificates.write(settings)
    return settings


def load(settings: Settings, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((settings.run / "pki" / f"{name}.crt").read_bytes())


def test_every_certificate_is_signed_by_the_authority_for_its_hosts(written: Settings) -> None:
    authority = load(written, "ca")
    checked = 0
    for request in certificates.requests(written):
        certificate = load(written, request.name)
        certificate.verify_directly_issued_by(authority)
        for host in request.hosts:
            name = certificates.general_name(host.replace("*", "any"))
            PolicyBuilder().store(Store([authority])).build_server_verifier(name).verify(certificate, [])
            checked += 1
    assert checked > 10


def test_another_authority_did_not_sign_them(written: Settings) -> None:
    with pytest.raises(InvalidSignature):
        load(written, "admin").verify_directly_issued_by(certificates.Authority().certificate)


def test_a_node_is_who_kubernetes_takes_it_for(written: Settings) -> None:
    subject = load(written, "node1").subject
    names = [a.value for a in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    groups = [a.value for a in subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)]
    assert (names, groups) == (["system:node:node1"], ["system:nodes"])


def test_a_kubeconfig_holds_its_certificates(written: Settings) -> None:
    config = yaml.safe_load((written.run / "kubeconfig" / "argocd.yaml").read_text())
    user, context = config["users"][0]["user"], config["contexts"][0]["context"]
    assert base64.b64decode(user["client-certificate-data"]) == (written.run / "pki/argocd.crt").read_bytes()
    assert context["namespace"] == "argocd"
    assert config["clusters"][0]["cluster"]["server"] == "https://[fd00:d0::1]:6443"


def test_keys_are_private(written: Settings) -> None:
    modes = {file.stat().st_mode & 0o777 for file in (written.run / "pki").iterdir()}
    assert modes == {0o600}
    key = certificates.private_pem(ec.generate_private_key(ec.SECP256R1()))
    assert key.startswith(b"-----BEGIN EC PRIVATE KEY-----")
