"""dr-kit, dr-kit-open and reseal, with a real age, a real kubeseal and keys made here; kubectl answers from a file."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from validators import cli
from validators.render import kustomize

from .conftest import ROOT, tool
from .test_new_app import call as new_app
from .test_operating import Asked, asked  # noqa: F401  a fixture
from .test_seal import make_keys
from .validators.repository import Repository

LABEL = "sealedsecrets.bitnami.com/sealed-secrets-key"
BACKUP = {"password": "restic", "access-key": "acme-wiki", "secret-key": "secret of S3"}
OWN = {"restic-password": "platform", "s3-access-key": "root", "s3-secret-key": "secret", "extra/note": "anything"}
SHOP = "overlays/customers/acme/wiki/app-secret.yaml"


@pytest.fixture(scope="module")
def controller(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two key pairs of a controller, the older one first."""
    return [make_keys(tmp_path_factory.mktemp(name), 2048) for name in ("older", "newer")]


@pytest.fixture(scope="module")
def sealed(controller: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fleet of one app with a backup: the environment sealed with the older key, the backup's with the newer one."""
    root = tmp_path_factory.mktemp("fleet")
    for folder in ("base", "components", "overlays"):
        shutil.copytree(ROOT / folder, root / folder)
    app = {"customer": "acme", "app": "wiki"}
    assert (
        new_app(
            root, **app, image="registry.example.com/acme/wiki:2.0.1", host="wiki.acme.example", components="backup"
        )
        == 0
    )
    values = {("app", "SECRET_KEY", 0): "django", ("database-app", "password", 0): "postgres"}
    values |= {("backup", key, 1): value for key, value in BACKUP.items()}
    for (secret, key, which), value in values.items():
        words = [f"--root={root}", f"SECRET={secret}", f"KEY={key}", f"CERT={controller[which] / 'cert.pem'}"]
        words += [f"{name.upper()}={value}" for name, value in app.items()]
        command = [sys.executable, "-m", "validators", "seal", *words]
        subprocess.run(command, input=value.encode(), check=True, capture_output=True, cwd=ROOT)
    repository = Repository(root)
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit()
    return root


@dataclass
class Scene:
    """A fleet, a cluster that answers, the platform's own keys, and a person's key pair."""

    repository: Repository
    folder: Path
    asked: Asked
    answers: dict[str, dict]

    def kit(self, *words: str) -> int:
        """Make a kit; the exit code."""
        self.asked.answer(self.answers)
        given = [f"RECIPIENTS={self.folder}/person.pub", f"KEYS={self.folder}/own", f"OUT={self.folder}/kit.age"]
        return cli.main(["dr-kit", f"--root={self.repository.root}", *given, *words])

    def open(self, *words: str) -> int:
        """Open it; the exit code."""
        given = [f"KIT={self.folder}/kit.age", f"IDENTITY={self.folder}/person"]
        return cli.main(["dr-kit-open", f"--root={self.repository.root}", *given, *words])


def secret(namespace: str, name: str, data: dict[str, str], **metadata: object) -> dict:
    """A Secret as the API server has it."""
    encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"namespace": namespace, "name": name, "uid": "1", **metadata},
        "data": encoded,
    }


@pytest.fixture
def scene(sealed: Path, controller: list[Path], tmp_path: Path, asked: Asked) -> Scene:  # noqa: F811
    tool("kubeseal")
    tool("age")
    shutil.copytree(sealed, tmp_path / "fleet")
    for name, value in OWN.items():
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_text(value)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "person"], check=True)
    keys = []
    for number, folder in enumerate(controller):
        data = {"tls.key": (folder / "key.pem").read_text(), "tls.crt": (folder / "cert.pem").read_text()}
        stamp = f"2026-0{number + 1}-01T00:00:00Z"
        keys.append(secret("kube-system", f"key{number}", data, labels={LABEL: "active"}, creationTimestamp=stamp))
    answers = {
        f"get --output=json secrets --all-namespaces --selector={LABEL}": {"items": keys},
        "get --output=json secrets --all-namespaces --field": {"items": [secret("acme-wiki", "backup", BACKUP)]},
        "get --output=json secrets --selector=argocd": {
            "items": [secret("argocd", "fleet", {"sshPrivateKey": "deploy"})]
        },
    }
    return Scene(Repository(tmp_path / "fleet"), tmp_path, asked, answers)


def said(capsys: pytest.CaptureFixture) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_what_goes_in_comes_out_for_whoever_has_the_key(scene: Scene, capsys: pytest.CaptureFixture) -> None:
    assert scene.kit() == 0, said(capsys)
    kit = scene.folder / "kit.age"
    assert kit.stat().st_mode & 0o077 == 0
    for value in (*BACKUP.values(), *OWN.values(), "deploy", "PRIVATE"):
        assert value.encode() not in kit.read_bytes()
    assert scene.open(f"TO={scene.folder}/opened") == 0, said(capsys)
    assert "It is complete for git as it is now" in said(capsys)
    opened = scene.folder / "opened"
    assert {name: (opened / "platform" / name).read_text() for name in OWN} == OWN
    for name, wanted in (("sealed-secrets-keys", 2), ("argocd-repositories", 1), ("backup-secrets", 1)):
        listed = json.loads((opened / f"{name}.json").read_text())
        assert (listed["kind"], len(listed["items"])) == ("List", wanted)
        assert all("uid" not in one["metadata"] for one in listed["items"])
    assert all(
        path.stat().st_mode & 0o077 == 0 for path in (opened, *opened.rglob("*")) if path.is_file() or path == opened
    )


def lose(scene: Scene, prefix: str, keep: int = 0) -> None:
    """The cluster answers with fewer objects."""
    [name] = [name for name in scene.answers if prefix in name]
    scene.answers[name]["items"] = scene.answers[name]["items"][len(scene.answers[name]["items"]) - keep :]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda scene: lose(scene, LABEL), "no key of the SealedSecrets controller"),
        (lambda scene: lose(scene, LABEL, keep=1), f"{SHOP}: no key opens it"),
        (
            lambda scene: lose(scene, "field"),
            "acme/wiki: password, access-key, secret-key of Secret backup in acme-wiki",
        ),
        (
            lambda scene: (scene.folder / "own/restic-password").write_text("\n"),
            "restic-password: the platform's restic",
        ),
        (lambda scene: (scene.folder / "own/s3-secret-key").unlink(), "s3-secret-key: the S3 server's administrator"),
        (lambda scene: _with_a_repository(scene), "promotion-key: the promotion's SSH key, for acme/wiki"),
    ],
    ids=["all keys", "an older key", "a backup's secret", "an empty password", "S3's key", "the promotion's key"],
)
def test_a_kit_that_lacks_a_key_is_refused(scene: Scene, capsys: pytest.CaptureFixture, spoil, says: str) -> None:
    spoil(scene)
    assert scene.kit() == 1
    assert says in said(capsys)
    assert not (scene.folder / "kit.age").exists()


def _with_a_repository(scene: Scene) -> None:
    lines = "spec:\n  repository: {url: 'https://git.example.com/acme/wiki.git', branch: main, promotion: auto}\n"
    scene.repository.edit("overlays/ungleich/acme/wiki/app.yaml", "spec:\n", lines)


def test_a_kit_that_git_has_outgrown_is_said(
    scene: Scene, controller: list[Path], capsys: pytest.CaptureFixture
) -> None:
    lose(scene, LABEL, keep=2)
    assert scene.kit() == 0
    third = make_keys(scene.folder, 2048)
    words = ["CUSTOMER=acme", "APP=wiki", "KEY=NEW", f"CERT={third}/cert.pem"]
    command = [sys.executable, "-m", "validators", "seal", f"--root={scene.repository.root}", *words]
    subprocess.run(command, input=b"x", check=True, capture_output=True, cwd=ROOT)
    said(capsys)
    assert scene.open() == 1
    out = said(capsys)
    assert f"{SHOP}: no key opens it" in out
    assert "It lacks 1 thing: make a new one" in out


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda scene: scene.kit("RECIPIENTS=/nowhere"), "RECIPIENTS: write a file with a public key a line"),
        (lambda scene: scene.kit(f"RECIPIENTS={scene.folder}/person"), "the kit can't be encrypted"),
        (lambda scene: scene.kit("KEYS=/nowhere"), "write the folder with the platform's own keys"),
        (lambda scene: [scene.kit(), scene.kit()][1], "exists: take another OUT"),
        (lambda scene: scene.open("KIT=/nowhere"), "KIT '/nowhere': there is no such file"),
        (lambda scene: [scene.kit(), _another(scene), scene.open()][2], "the kit can't be opened"),
        (lambda scene: [scene.kit(), _tampered(scene), scene.open()][2], "its files aren't those of its manifest"),
        (
            lambda scene: [scene.kit(), _leading_out(scene), scene.open(f"TO={scene.folder}/new")][2],
            "which leads out of it",
        ),
    ],
    ids=["no recipients", "a private key", "no keys", "twice", "no kit", "another's key", "tampered", "leads out"],
)
def test_what_can_not_be_done_is_one_line(scene: Scene, capsys: pytest.CaptureFixture, spoil, says: str) -> None:
    assert spoil(scene) == 2
    assert says in said(capsys).splitlines()[-1]
    assert not (scene.folder / "new").exists()


def _another(scene: Scene) -> None:
    (scene.folder / "person").unlink()
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", scene.folder / "person"], check=True)


def _tampered(
    scene: Scene, name: str = "platform/restic-password", data: bytes = b"another", *, known: bool = False
) -> None:
    """Pack the kit anew with another file in it."""
    age, kit = [tool("age")], scene.folder / "kit.age"
    plain = subprocess.run([*age, "-d", "-i", scene.folder / "person", kit], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        files = {member.name: archive.extractfile(member).read() for member in archive}
    files[name] = data
    if known:
        manifest = json.loads(files["manifest.json"])
        manifest["sha256"][name] = hashlib.sha256(data).hexdigest()
        files["manifest.json"] = json.dumps(manifest).encode()
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for path, content in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    kit.unlink()
    subprocess.run([*age, "-e", "-R", scene.folder / "person.pub", "-o", kit], input=stream.getvalue(), check=True)


def _leading_out(scene: Scene) -> None:
    _tampered(scene, "../out", b"x", known=True)


KUBESEAL = """#!/bin/sh
# What the controller does for --re-encrypt, with its newest key; all else is kubeseal itself.
case "$*" in
  *--re-encrypt*) {kubeseal} --recovery-unseal --recovery-private-key={older}/key.pem | {kubeseal} --cert={newer}/cert.pem ;;
  *) exec {kubeseal} "$@" ;;
esac
"""


def test_what_an_older_key_sealed_is_listed_and_sealed_anew(
    scene: Scene, controller: list[Path], capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.asked.answer(scene.answers)
    words = ["reseal", f"--root={scene.repository.root}"]
    assert cli.main(words) == 1
    out = said(capsys)
    assert f"{SHOP}: Secret app of acme/wiki is sealed with an older key" in out
    assert "database-secret.yaml" in out
    assert "backup-secret.yaml" not in out
    assert "2 SealedSecrets to be sealed anew" in out
    tools = scene.folder / "tools"
    tools.mkdir()
    older, newer = controller
    (tools / "kubeseal").write_text(KUBESEAL.format(kubeseal=tool("kubeseal"), older=older, newer=newer))
    (tools / "kubeseal").chmod(0o755)
    before = (scene.repository.root / SHOP).read_text().splitlines()
    monkeypatch.setattr(kustomize, "TOOLS", tools)
    assert cli.main([*words, "RENEW=1"]) == 0
    changed = [
        (old, new)
        for old, new in zip(before, (scene.repository.root / SHOP).read_text().splitlines(), strict=True)
        if old != new
    ]
    assert [old.split(":")[0].strip() for old, _ in changed] == ["SECRET_KEY"]
    assert cli.main(words) == 0
    assert "All are sealed with the newest key" in said(capsys)


def test_what_no_key_opens_is_no_matter_of_age(scene: Scene, capsys: pytest.CaptureFixture) -> None:
    lose(scene, LABEL, keep=1)
    scene.asked.answer(scene.answers)
    assert cli.main(["reseal", f"--root={scene.repository.root}"]) == 2
    assert "no key of this cluster opens it" in said(capsys)
