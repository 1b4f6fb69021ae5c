"""The hooks, installed and run by the real pre-commit, from a real clone, without a network."""

import shutil
import subprocess
from pathlib import Path

import pytest

from . import hooks
from .conftest import ROOT, tool
from .hooks import PreCommit, configuration
from .validators.repository import Repository, with_examples

pytestmark = [pytest.mark.pre_commit, pytest.mark.timeout(900)]

MOST_BYTES = 60_000_000
"""Of a hook's environment, Python's own installer included."""


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> Repository:
    """This repository as it is now, committed as v1; v2 has a component less."""
    repository = hooks.library(tmp_path_factory.mktemp("library"))
    shutil.rmtree(repository.root / "components/egress")
    repository.commit()
    repository.git("tag", "v2")
    return repository


@pytest.fixture(scope="session")
def pre_commit(tmp_path_factory) -> PreCommit:
    """pre-commit with kustomize, and no renderer."""
    if not hooks.WHEELS.is_dir():
        pytest.fail("no .tools/wheels: run `make setup`")
    tool("kustomize")
    return PreCommit(tmp_path_factory.mktemp("home"))


def customers_repository(root: Path, app: str, library: Repository, rev: str, *, renderer: bool = False) -> Repository:
    """A repository with nothing but an example app's customer folder, and the hook's configuration."""
    shutil.copytree(ROOT / "overlays/customers/example" / app, root)
    config = configuration("django-hosting-customer", library, rev, renderer=renderer)
    (root / ".pre-commit-config.yaml").write_text(config.replace("--customer=acme/shop", f"--customer=example/{app}"))
    repository = Repository(root)
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.git("add", "--all")
    return repository


def test_customers_repository(tmp_path, library, pre_commit) -> None:
    repository = customers_repository(tmp_path / "shop", "shop", library, "v1")
    code, output = pre_commit.run(repository, "run", "--all-files")
    assert code == 0, output
    assert "Passed" in output
    assert 10_000_000 < pre_commit.installed() <= MOST_BYTES
    assert not list(pre_commit.home.rglob("kubernetes_validate")), "no check needs it but --reference"

    # More of everything, committed with the hook installed.
    pre_commit.run(repository, "install")
    repository.edit(
        "web.yaml", "\n- {op: replace, path:", "\n- {op: add, path: /spec/replicas, value: 50}\n- {op: replace, path:"
    )
    repository.git("add", "--all")
    command = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "-m", "More"]
    done = subprocess.run(command, cwd=repository.root, env=pre_commit.environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "web.yaml:2:" in done.stdout + done.stderr
    assert "customer-patches" in done.stdout + done.stderr
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("rev-parse", "--verify", "HEAD")


def test_the_renderers_wheel_renders(tmp_path, library) -> None:
    tool("renderer")
    wheels, broken = tmp_path / "wheels", tmp_path / "bin"
    hooks.renderer_wheel(wheels)
    broken.mkdir()
    for name in ("kustomize", "kubectl"):
        (broken / name).write_text("#!/bin/sh\nexit 1\n")
        (broken / name).chmod(0o755)
    for home, renderer, expected in (("without", False, 1), ("with", True, 0)):
        pre_commit = PreCommit(tmp_path / home, (hooks.WHEELS, wheels), (broken,))
        repository = customers_repository(tmp_path / f"{home}-shop", "shop", library, "v1", renderer=renderer)
        code, output = pre_commit.run(repository, "run", "--all-files")
        assert code == expected, output
        assert ("no kustomize >= " in output) is not renderer
        assert 10_000_000 < pre_commit.installed() <= MOST_BYTES


def test_the_pinned_version_counts(tmp_path, library, pre_commit) -> None:
    repository = customers_repository(tmp_path / "shop", "shop", library, "v2")
    code, output = pre_commit.run(repository, "run", "--all-files")
    assert code == 1
    assert "components/egress" in output
    (repository.root / ".pre-commit-config.yaml").write_text(
        (repository.root / ".pre-commit-config.yaml").read_text().replace("rev: v2", "rev: v1")
    )
    repository.git("add", "--all")
    code, output = pre_commit.run(repository, "run", "--all-files")
    assert code == 0, output


def test_platforms_repository(tmp_path, library, pre_commit) -> None:
    repository = with_examples(tmp_path, "example/minimal", "example/shop")
    (tmp_path / ".pre-commit-config.yaml").write_text(configuration("django-hosting", library, "v1"))
    repository.commit()
    code, output = pre_commit.run(repository, "run", "--all-files")
    assert code == 0, output
    repository.edit("overlays/customers/example/shop/app.env", "HOSTS=", "BROKEN\nHOSTS=")
    repository.git("add", "--all")
    code, output = pre_commit.run(repository, "run")
    assert code == 1
    assert "overlays/customers/example/shop/app.env:1:" in output
