"""The samples for forges without hooks: what they run says what the promotion would say."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ..conftest import ROOT
from .scene import APP, Scene
from .test_promote import push

SAMPLES = ROOT / "examples/own-repository"


def commands(name: str) -> list[str]:
    """Return the shell lines of a sample, without the one that installs."""
    data = yaml.safe_load((SAMPLES / name).read_text())
    steps = (
        data["check"]["script"] if "check" in data else [step.get("run", "") for step in data["jobs"]["check"]["steps"]]
    )
    return [line for line in steps if line and not line.startswith("pip install ")]


@pytest.fixture
def installed(tmp_path: Path) -> dict[str, str]:
    """An environment in which there is a django-hosting."""
    program = tmp_path / "bin/django-hosting"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m validators "$@"\n')
    program.chmod(0o755)
    return {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"}


@pytest.mark.parametrize("name", [".gitlab-ci.yml", ".github/workflows/check.yaml"])
def test_a_sample(blog: Scene, installed: dict[str, str], name: str) -> None:
    lines = [line.replace("acme/shop", APP) for line in commands(name)]
    assert len(lines) == 2

    def run() -> subprocess.CompletedProcess[str]:
        words = ["sh", "-ec", "\n".join(lines)]
        return subprocess.run(
            words, cwd=blog.customer().root, env=installed, capture_output=True, text=True, check=False
        )

    assert run().returncode == 0, "before the first promotion there are no facts"
    push(blog, "A=1\n")
    assert blog.promote().returncode == 0
    done = run()
    assert (done.returncode, "no findings" in done.stdout) == (0, True), done.stdout + done.stderr
    assert "hosting/facts" in blog.customer().git("for-each-ref")
    push(blog, "replicas: [{name: web, count: 9}]\n", file="kustomization.yaml")
    done = run()
    assert (done.returncode, "customer-kustomization" in done.stdout) == (1, True)
