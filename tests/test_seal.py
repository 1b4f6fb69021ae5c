"""`seal`, with a real kubeseal and a key made here: what goes in comes out with the private key, and shows nowhere."""

import base64
import datetime
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.zones import PLATFORM
from validators.authoring import scaffold, seal
from validators.check.run import check
from validators.check.selection import Options
from validators.cli import main
from validators.render import kustomize
from validators.sources.tree import CUSTOMERS

from .conftest import ROOT, tool
from .test_new_app import call as new_app

VALUE = "correct horse: battery $staple '\"\u00e4"
APP = {"customer": "acme", "app": "wiki"}
IMAGE = "registry.example.com/acme/wiki:2.0.1"


@pytest.fixture(scope="session")
def keys(tmp_path_factory) -> Path:
    """A folder with the private key and the certificate of a controller."""
    return make_keys(tmp_path_factory.mktemp("keys"), 4096)


def make_keys(folder: Path, bits: int) -> Path:
    """Write key.pem and cert.pem of a new key with so many bits into a folder."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sealed-secrets")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    pem = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    (folder / "key.pem").write_bytes(pem)
    (folder / "cert.pem").write_bytes(certificate.public_bytes(encoding))
    return folder


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    tool("kubeseal")
    for folder in ("base", "components", "overlays"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    assert new_app(tmp_path, **APP, image=IMAGE, host="wiki.acme.example") == 0
    return tmp_path


@pytest.fixture
def call(repository: Path, keys: Path, monkeypatch):
    def run(value: str | bytes | None, **choices: str) -> int:
        data = value.encode() if isinstance(value, str) else value or b""
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        choices = {"cert": str(keys / "cert.pem"), **APP, **choices}
        return main(["seal", f"--root={repository}", *(f"--{name}={text}" for name, text in choices.items())])

    return run


def unsealed(path: Path, keys: Path) -> dict:
    """Return the Secret that the controller would make of a SealedSecret, its values decoded."""
    command = [tool("kubeseal"), "--recovery-unseal", f"--recovery-private-key={keys / 'key.pem'}"]
    secret = json.loads(subprocess.run(command, input=path.read_bytes(), capture_output=True, check=True).stdout)
    secret["data"] = {key: base64.b64decode(value).decode() for key, value in secret["data"].items()}
    return secret


def texts(folder: Path) -> dict[Path, str]:
    return {path: path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_what_goes_in_comes_out(repository: Path, keys: Path, call, capsys) -> None:
    assert call(VALUE + "\n", secret="app", key="SECRET_KEY") == 0
    assert call("second\n", secret="app", key="EMAIL_PASSWORD") == 0
    customer = repository / "overlays/customers/acme/wiki"
    secret = unsealed(customer / "app-secret.yaml", keys)
    assert secret["data"] == {"SECRET_KEY": VALUE, "EMAIL_PASSWORD": "second"}
    assert (secret["metadata"]["name"], secret["metadata"]["namespace"]) == ("app", "acme-wiki")
    kustomization = yaml.safe_load((customer / "kustomization.yaml").read_text())
    assert kustomization["resources"] == ["../../../../base", "app-secret.yaml"]
    assert kustomization["components"][0] == "../../../../components/sealed-secrets"
    rendered = kustomize.find().build(repository / "overlays/ungleich/acme/wiki").decode()
    assert "secretRef:\n            name: app\n" in rendered
    out, err = capsys.readouterr()
    assert "horse" not in out + err
    assert not [path for path, text in texts(repository).items() if "horse" in text or "second\n" in text]


def test_strict_scope(repository: Path, keys: Path, call) -> None:
    assert call("value", key="SECRET_KEY") == 0
    path = repository / "overlays/customers/acme/wiki/app-secret.yaml"
    path.write_text(path.read_text().replace("namespace: acme-wiki", "namespace: acme-other"))
    with pytest.raises(subprocess.CalledProcessError):
        unsealed(path, keys)


def test_value_is_no_argument_and_no_file(repository: Path, call, monkeypatch) -> None:
    """kubeseal gets the value on its stdin, and nothing else does."""
    seen = []
    run = subprocess.run
    monkeypatch.setattr(seal.subprocess, "run", lambda *args, **more: seen.append((args, more)) or run(*args, **more))
    written = []
    write = scaffold.write_atomically
    monkeypatch.setattr(scaffold, "write_atomically", lambda path, text: written.append(text) or write(path, text))
    assert call(VALUE, key="SECRET_KEY") == 0
    (((command,), options),) = seen
    assert not any("horse" in str(part) for part in (*command, *os.environ.values(), *written))
    assert options["input"] == VALUE.encode()


def test_database_password_is_generated(repository: Path, keys: Path, call, capsys) -> None:
    path = repository / "overlays/ungleich/acme/wiki/database-secret.yaml"
    template = path.read_text()
    passwords = set()
    for _ in range(2):
        path.write_text(template)
        assert call(None, secret="database-app", key="password", generate="1") == 0
        made = yaml.safe_load(path.read_text())
        assert list(made["spec"]["encryptedData"]) == ["password"]
        made["metadata"]["namespace"] = "acme-wiki"  # kustomize puts it in
        copy = path.with_name("copy")
        copy.write_text(yaml.safe_dump(made))
        passwords.add(unsealed(copy, keys)["data"]["password"])
        copy.unlink()
    assert len(passwords) == 2
    assert min(map(len, passwords)) >= 48
    assert [line for line in path.read_text().splitlines() if "#" in line] == [
        line for line in template.splitlines() if "#" in line
    ]


def test_an_app_with_a_sealed_database_password_builds(repository: Path, call) -> None:
    """Its file is a patch: with a namespace of its own it would be for an object that there isn't."""
    assert call(None, secret="database-app", key="password", generate="1") == 0
    assert call(None, key="SECRET_KEY", generate="1") == 0
    found = check(Options(root=repository, paths=[repository / PLATFORM / "acme/wiki"], cached=False)).findings
    assert [finding for finding in found if finding.severity == "error"] == []


def test_the_token_of_maintenance_is_the_platforms(repository: Path, keys: Path, call) -> None:
    """components/page includes what its template makes of the token."""
    assert call(None, secret="maintenance", key="token", generate="1") == 0
    platform = repository / PLATFORM / "acme/wiki"
    secret = unsealed(platform / "maintenance-secret.yaml", keys)
    [line] = re.findall(
        r'"(.*)" 1;',
        yaml.safe_load((platform / "maintenance-secret.yaml").read_text())["spec"]["template"]["data"]["bypass.conf"],
    )
    assert (line, len(secret["data"]["token"])) == ("{{ .token }}", 64)
    listed = (platform / "kustomization.yaml").read_text()
    assert "  - maintenance-secret.yaml\n" in listed
    (platform / "kustomization.yaml").write_text(listed + "  - ../../../../components/maintenance\n")
    found = check(Options(root=repository, paths=[platform], cached=False)).findings
    assert [str(finding.place) for finding in found if "maintenance" in str(finding)] == []


def test_when_a_certificate_ends_stands_beside_it(repository: Path, keys: Path, call, capsys) -> None:
    """It can't be read once it is sealed; rule expired tells in time."""
    value = (keys / "cert.pem").read_text()
    assert call(value, secret="web-tls", key="tls.crt") == 0
    path = repository / CUSTOMERS / "acme/wiki/web-tls-secret.yaml"
    end = x509.load_pem_x509_certificate(value.encode()).not_valid_after_utc.date()
    assert yaml.safe_load(path.read_text())["metadata"]["annotations"]["hosting.ungleich.ch/expires"] == str(end)
    found = check(Options(root=repository, paths=[path], cached=False)).findings
    assert [f.message for f in found if f.rule == "expired"] == [f"the certificate in web-tls ends on {end}"]
    assert call("-----BEGIN CERTIFICATE-----\n", secret="web-tls", key="tls.crt") == 2
    assert "is no certificate" in capsys.readouterr().err


def test_the_key_of_a_backup_is_the_platforms(repository: Path, keys: Path, call, capsys) -> None:
    """A password that is lost is the repository's loss: there is no second random one."""
    assert call(None, secret="backup", key="password", generate="1") == 0
    assert call("AKEXAMPLE", secret="backup", key="access-key") == 0
    assert call("its/secret+key=", secret="backup", key="secret-key") == 0
    platform = repository / PLATFORM / "acme/wiki"
    secret = unsealed(platform / "backup-secret.yaml", keys)["data"]
    assert (len(secret.pop("password")), secret) == (64, {"access-key": "AKEXAMPLE", "secret-key": "its/secret+key="})
    assert (platform / "kustomization.yaml").read_text().count("  - backup-secret.yaml\n") == 1
    capsys.readouterr()
    assert call(None, secret="backup", key="password", generate="1") == 2
    assert "a new one wouldn't open the repository" in capsys.readouterr().err


@pytest.mark.parametrize("bits", [2048, 3072])
def test_what_other_keys_of_a_controller_seal_is_no_mistake(
    repository: Path, call, tmp_path_factory, bits: int
) -> None:
    """The controller's own is of 4096 bits; one that was brought along may be shorter."""
    other = make_keys(tmp_path_factory.mktemp("other"), bits)
    assert call("value", key="SECRET_KEY", cert=str(other / "cert.pem")) == 0
    found = check(Options(root=repository, paths=[repository / CUSTOMERS / "acme/wiki"], cached=False)).findings
    assert [f for f in found if f.rule == "sealed-value"] == []
    assert unsealed(repository / CUSTOMERS / "acme/wiki/app-secret.yaml", other)["data"] == {"SECRET_KEY": "value"}


def test_a_database_password_is_not_lost(repository: Path, call, capsys) -> None:
    """PostgreSQL reads it once, when it makes the database: a new random one would lock the app out."""
    assert call(None, secret="database-app", key="password", generate="1") == 0
    before = texts(repository)
    assert call(None, secret="database-app", key="password", generate="1") == 2
    assert "sealed already" in capsys.readouterr().err
    assert texts(repository) == before
    assert call("changed by ALTER ROLE", secret="database-app", key="password") == 0


@pytest.mark.parametrize(
    ("secret", "meant"), [("database", "database-app"), ("regstry", "registry"), ("stripe", ""), ("api", "")]
)
def test_a_secret_that_nothing_reads_is_said(call, capsys, secret: str, meant: str) -> None:
    assert call("value", secret=secret, key="KEY") == 0
    out = capsys.readouterr().out
    assert (f"Did you mean SECRET={meant}?" in out) == bool(meant)
    assert ("Nothing reads" in out) == bool(meant)
    assert call("other", secret=secret, key="KEY") == 0
    assert "Nothing reads" not in capsys.readouterr().out, "asked once, when it is new"


def test_a_database_elsewhere_has_its_password(repository: Path, call, capsys) -> None:
    assert (
        new_app(repository, customer="acme", app="portal", image=IMAGE, host="portal.acme.example", database="external")
        == 0
    )
    assert call(None, app="portal", secret="database-app", key="password", generate="1") == 2
    assert "the database is elsewhere" in capsys.readouterr().err
    assert call("the server's", app="portal", secret="database-app", key="password") == 0


def test_failure_of_the_second_file_undoes_the_first(repository: Path, call, monkeypatch) -> None:
    before, replace = texts(repository), Path.replace

    def failing(self: Path, target: Path) -> Path:
        if target.name == "kustomization.yaml":
            raise OSError("disk full")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    assert call("value", key="SECRET_KEY") == 2
    assert texts(repository) == before


def test_comments_order_and_mode_stay(repository: Path, call) -> None:
    assert call("one", key="FIRST") == 0
    path = repository / "overlays/customers/acme/wiki/app-secret.yaml"
    text = path.read_text().replace("spec:\n", "spec: # strictly ours\n  # one line a key\n")
    path.write_text(text)
    path.chmod(0o640)
    assert call("two", key="SECOND") == 0
    lines = path.read_text().splitlines()
    assert lines[: len(text.splitlines())] == text.splitlines()
    assert lines[-1].startswith("    SECOND: A")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_lists_may_be_indented_otherwise(repository: Path, keys: Path, call) -> None:
    file = repository / "overlays/customers/example/minimal/kustomization.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()), sort_keys=False))
    assert "\n- ../" in file.read_text()
    assert call("value", customer="example", app="minimal", secret="app", key="SECRET_KEY") == 0
    written = yaml.safe_load(file.read_text())
    assert written["resources"][-1] == "app-secret.yaml"
    assert "../../../../components/sealed-secrets" in written["components"]


def test_registry_gets_its_type_and_component(repository: Path, keys: Path, call) -> None:
    configuration = '{"auths": {"registry.example.com": {"auth": "dTpw"}}}'
    assert call(configuration, secret="registry", key=".dockerconfigjson") == 0
    secret = unsealed(repository / "overlays/customers/acme/wiki/registry-secret.yaml", keys)
    assert (secret["type"], secret["data"][".dockerconfigjson"]) == ("kubernetes.io/dockerconfigjson", configuration)
    rendered = kustomize.find().build(repository / "overlays/ungleich/acme/wiki").decode()
    assert "imagePullSecrets:\n- name: registry\n" in rendered


def test_a_file_keeps_its_last_newline(repository: Path, keys: Path, call) -> None:
    assert call("-----BEGIN-----\nx\n", secret="signing", key="key.pem") == 0
    secret = unsealed(repository / "overlays/customers/acme/wiki/signing-secret.yaml", keys)
    assert secret["data"] == {"key.pem": "-----BEGIN-----\nx\n"}


BAD = [
    ("x", {"customer": "nobody"}, "no such app"),
    ("x", {"app": "../wiki"}, "lower-case"),
    ("x", {"secret": "App"}, "lower-case"),
    ("x", {"key": ""}, "environment variable"),
    ("x", {"key": "SECRET-KEY"}, "environment variable"),
    ("x", {"key": "SECRET_K\u0415Y"}, "CYRILLIC CAPITAL LETTER IE"),
    ("x", {"cert": "nowhere.pem"}, "no such file"),
    ("x", {"cert": str(ROOT / "Makefile")}, "kubeseal: "),
    ("x", {"secret": "database-app", "key": "host"}, "only password"),
    ("x", {"secret": "maintenance", "key": "bypass.conf"}, "only token"),
    ('x" 1; } server { listen 80; ', {"secret": "maintenance", "key": "token"}, "16 or more of A-Z"),
    ("x", {"secret": "backup", "key": "token"}, "write one of password, access-key, secret-key"),
    (None, {"secret": "backup", "key": "access-key", "generate": "1"}, "the S3 server makes it"),
    ("x", {"generate": "yes"}, "write 0 or 1"),
    ("\n", {}, "is empty"),
    ("", {}, "is empty"),
    (b"a\0b", {}, "NUL"),
    ("user:password", {"secret": "registry", "key": ".dockerconfigjson"}, "no Docker configuration"),
]


@pytest.mark.parametrize(("value", "wrong", "says"), BAD, ids=[str(wrong) for _, wrong, _ in BAD])
def test_wrong_use_changes_nothing(repository: Path, call, capsys, value, wrong: dict, says: str) -> None:
    before = texts(repository)
    assert call(value, **{"key": "SECRET_KEY", **wrong}) == 2
    err = capsys.readouterr().err
    assert says in err
    assert err.count("\n") == 1
    assert texts(repository) == before


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kind: [", "not a SealedSecret"),
        ("just text", "not a SealedSecret"),
        ("kind: SealedSecret\nmetadata: {name: other}\nspec: {encryptedData: {}}\n", "holds SealedSecret/other"),
        ("kind: Secret\nmetadata: {name: app}\nspec: {encryptedData: {}}\n", "holds Secret/app"),
        ("kind: SealedSecret\nmetadata: {name: app, namespace: x}\nspec: {encryptedData: {}}\n", "/x, not app"),
    ],
)
def test_another_file_in_its_place_is_left_alone(repository: Path, call, capsys, text: str, says: str) -> None:
    path = repository / "overlays/customers/acme/wiki/app-secret.yaml"
    path.write_text(text)
    assert call("value", key="SECRET_KEY") == 2
    assert says in capsys.readouterr().err
    assert path.read_text() == text


@pytest.mark.parametrize("makefile", [True, False], ids=["checkout", "installed package"])
def test_without_kubeseal_it_says_how_to_get_it(
    repository: Path, call, capsys, monkeypatch, tmp_path_factory, makefile: bool
) -> None:
    elsewhere = tmp_path_factory.mktemp("package")
    if makefile:
        (elsewhere / "Makefile").touch()
    monkeypatch.setattr(kustomize, "TOOLS", elsewhere / ".tools/bin")
    monkeypatch.setenv("PATH", str(elsewhere))
    before = texts(repository)
    assert call("x", key="SECRET_KEY") == 2
    made = "run `make setup`, or " if makefile else ""
    page = "https://github.com/bitnami-labs/sealed-secrets#kubeseal"
    assert capsys.readouterr().err == f"seal: no kubeseal on PATH; {made}install kubeseal: {page}\n"
    assert texts(repository) == before


def test_in_a_customers_own_repository_it_says_what_to_write(tmp_path: Path, keys: Path, capsys) -> None:
    """What it says is run as it stands: the value comes out of the Secret that the guide's file makes of it."""
    command = [f"--root={tmp_path}", "--customer=acme", "--app=wiki", "--key=SECRET_KEY"]
    assert main(["seal", *command]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    by_hand = error.partition("write: ")[2].partition(" (it prints SECRET_KEY of spec.encryptedData")[0]
    environment = {"PATH": f"{tool('kubeseal').parent}:{os.environ['PATH']}", "VALUE": VALUE}
    shutil.copy(keys / "cert.pem", tmp_path / "cluster.pem")
    done = subprocess.run(["sh", "-c", by_hand], cwd=tmp_path, env=environment, capture_output=True, text=True)
    guide = (ROOT / "docs/customer-guide.md").read_text()
    file = textwrap.dedent(f"    # app-secret.yaml{guide.partition('# app-secret.yaml')[2].partition('It stands')[0]}")
    made = yaml.safe_load(file.replace("acme-shop", "acme-wiki"))
    made["spec"]["encryptedData"] = {"SECRET_KEY": done.stdout}
    path = tmp_path / "app-secret.yaml"
    path.write_text(yaml.safe_dump(made))
    assert unsealed(path, keys)["data"] == {"SECRET_KEY": VALUE}


def test_cnpg_has_no_password_to_seal(repository: Path, call, capsys) -> None:
    (repository / "overlays/ungleich/acme/wiki/database-secret.yaml").unlink()
    assert call("x", secret="database-app", key="password") == 2
    assert "makes its password itself" in capsys.readouterr().err
