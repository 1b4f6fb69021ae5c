"""`make e2e` on a cluster that KUBECONFIG names: what it asks for, and what it takes for its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.settings import Settings
from tests.e2e import foreign

from .conftest import ROOT

GIT = "https://git.example.com/tests.git"


@pytest.fixture
def cluster(tmp_path: Path) -> foreign.Foreign:
    """A cluster that isn't there."""
    return foreign.Foreign({"network": {"ingress": ""}, "folder": "run"}, tmp_path, tmp_path / "kubeconfig")


def test_what_is_missing_is_listed_at_once(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("E2E_")}
    environment = {**kept, "KUBECONFIG": str(tmp_path / "kubeconfig")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 2
    said = done.stderr.splitlines()
    for line, start in zip(said, ("E2E_GIT", "E2E_IMAGE", "", "E2E_INGRESS", "or unset KUBECONFIG"), strict=True):
        assert line.startswith(f"e2e: {start}"), said
    assert "kubectl not found" in said[2] or str(tmp_path / "kubeconfig") in said[2]


def test_the_test_clusters_own_kubeconfig_is_not_foreign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Settings.load(cache=tmp_path)
    monkeypatch.setenv("KUBECONFIG", str(own.kubeconfig))
    assert foreign.named(own) is None
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "other"))
    assert foreign.named(own) == tmp_path / "other"
    monkeypatch.delenv("KUBECONFIG")
    assert foreign.named(own) is None


def test_what_reads_another_repository_is_left_alone(cluster: foreign.Foreign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("E2E_GIT", GIT)
    ours, theirs = {"spec": {"source": {"repoURL": GIT}}}, {"spec": {"source": {"repoURL": f"{GIT}/production"}}}
    assert cluster.made([ours, theirs]) == [ours]


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("registry.example.net/app:1.2.3", "newTag: 1.2.3"),
        (f"registry.example.net/app@sha256:{'0' * 64}", "digest: sha256:"),
    ],
)
def test_an_app_gets_the_given_image(
    cluster: foreign.Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, image: str, version: str
) -> None:
    monkeypatch.setenv("E2E_IMAGE", image)
    for app in ("minimal", "photos"):
        file = ROOT / "overlays/customers/example" / app / "kustomization.yaml"
        (tmp_path / "kustomization.yaml").write_text(file.read_text())
        cluster.use_image(tmp_path)
        text = (tmp_path / "kustomization.yaml").read_text()
        assert "newName: registry.example.net/app\n" in text
        assert f"    {version}" in text
        assert text.count("newTag:") + text.count("digest:") == 1


@pytest.mark.parametrize(
    ("given", "network"),
    [
        ({"INGRESS": "fd00::1", "GATEWAY": "fd00::2"}, {"ingress": "fd00::1", "gateway": "fd00::2"}),
        ({"INGRESS": "fd00::1"}, {"ingress": "fd00::1", "gateway": "fd00::1"}),
        ({"GATEWAY": "fd00::2"}, {"ingress": "fd00::2", "gateway": "fd00::2"}),
    ],
)
def test_one_address_may_be_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str], network: dict[str, str]
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    for way in foreign.WAYS:
        monkeypatch.delenv(f"E2E_{way.upper()}", raising=False)
    for name, address in given.items():
        monkeypatch.setenv(f"E2E_{name}", address)
    assert foreign.load().data["network"] == network


def test_the_facts_are_those_given(cluster: foreign.Foreign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    copied = tmp_path / "overlays/cluster/facts.yaml"
    copied.parent.mkdir(parents=True)
    copied.write_text("ours")
    monkeypatch.delenv("E2E_FACTS", raising=False)
    cluster.use_facts(tmp_path)
    assert copied.read_text() == "ours"
    (tmp_path / "theirs.yaml").write_text("theirs")
    monkeypatch.setenv("E2E_FACTS", str(tmp_path / "theirs.yaml"))
    cluster.use_facts(tmp_path)
    assert copied.read_text() == "theirs"
