"""The hooks, installed and run by the real pre-commit, from a real clone, without a network."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from .conftest import ROOT, tool
from .validators.repository import Repository, with_examples

pytestmark = [pytest.mark.pre_commit, pytest.mark.timeout(900)]

MOST_BYTES = 60_000_000
"""Of a hook's environment, Python's own installer included."""
WHEELS = ROOT / ".tools" / "wheels"
PAGE = ROOT / "docs" / "hooks.md"


def documented(hook: str, library: Repository, rev: str) -> str:
    """Return the configuration of a hook as the page has it, with this library and version."""
    blocks = re.findall(r"^    repos:\n(?:    .*\n)+", PAGE.read_text(), re.M)
    [block] = [block for block in blocks if f"- id: {hook}\n" in block]
    text = textwrap.dedent(block)
    for old, new in (("https://git.example.com/ungleich/django-hosting.git", str(library.root)), ("v0.1.0", rev)):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> Repository:
    """This repository as it is now, committed as v1; v2 has a component less."""
    root = tmp_path_factory.mktemp("library")
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, root / name)
    repository = Repository(root)
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit()
    repository.git("tag", "v1")
    shutil.rmtree(root / "components/egress")
    repository.commit()
    repository.git("tag", "v2")
    return repository


@pytest.fixture(scope="session")
def environment(tmp_path_factory) -> dict[str, str]:
    """Where pre-commit keeps its environments, and pip finds what it installs: only in the folder set-up filled."""
    if not WHEELS.is_dir():
        pytest.fail("no .tools/wheels: run `make setup`")
    tool("kustomize")
    home = tmp_path_factory.mktemp("home")
    path = os.pathsep.join([str(ROOT / ".tools" / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    return {
        "PATH": path,
        "HOME": str(home),
        "PRE_COMMIT_HOME": str(home / "pre-commit"),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(WHEELS),
        "PIP_CONFIG_FILE": os.devnull,
        "NO_COLOR": "1",
    }


def customers_repository(root: Path, app: str, library: Repository, rev: str) -> Repository:
    """A repository with nothing but an example app's customer folder, and the hook's configuration."""
    shutil.copytree(ROOT / "overlays/customers/example" / app, root)
    config = documented("django-hosting-customer", library, rev)
    (root / ".pre-commit-config.yaml").write_text(config.replace("--customer=acme/shop", f"--customer=example/{app}"))
    repository = Repository(root)
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.git("add", "--all")
    return repository


def pre_commit(repository: Repository, environment: dict[str, str], *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pre_commit", *arguments]
    done = subprocess.run(command, cwd=repository.root, env=environment, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def installed(home: Path) -> int:
    """Return the bytes of the environments that pre-commit made."""
    files = [path for path in home.glob("repo*/py_env-*/**/*") if path.is_file() and not path.is_symlink()]
    assert files
    return sum(path.stat().st_size for path in files)


def test_customers_repository(tmp_path, library, environment) -> None:
    repository = customers_repository(tmp_path / "shop", "shop", library, "v1")
    code, output = pre_commit(repository, environment, "run", "--all-files")
    assert code == 0, output
    assert "Passed" in output
    home = Path(environment["PRE_COMMIT_HOME"])
    assert installed(home) <= MOST_BYTES
    assert not list(home.rglob("kubernetes_validate")), "no check needs it but --reference"

    # More of everything, committed with the hook installed.
    pre_commit(repository, environment, "install")
    repository.edit(
        "web.yaml", "\n- {op: replace, path:", "\n- {op: add, path: /spec/replicas, value: 50}\n- {op: replace, path:"
    )
    repository.git("add", "--all")
    command = ["git", "-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "-m", "More"]
    done = subprocess.run(command, cwd=repository.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "web.yaml:2:" in done.stdout + done.stderr
    assert "customer-patches" in done.stdout + done.stderr
    with pytest.raises(subprocess.CalledProcessError):
        repository.git("rev-parse", "--verify", "HEAD")


def test_the_pinned_version_counts(tmp_path, library, environment) -> None:
    repository = customers_repository(tmp_path / "shop", "shop", library, "v2")
    code, output = pre_commit(repository, environment, "run", "--all-files")
    assert code == 1
    assert "components/egress" in output
    (repository.root / ".pre-commit-config.yaml").write_text(
        (repository.root / ".pre-commit-config.yaml").read_text().replace("rev: v2", "rev: v1")
    )
    repository.git("add", "--all")
    code, output = pre_commit(repository, environment, "run", "--all-files")
    assert code == 0, output


def test_platforms_repository(tmp_path, library, environment) -> None:
    repository = with_examples(tmp_path, "example/minimal", "example/shop")
    (tmp_path / ".pre-commit-config.yaml").write_text(documented("django-hosting", library, "v1"))
    repository.commit()
    code, output = pre_commit(repository, environment, "run", "--all-files")
    assert code == 0, output
    repository.edit("overlays/customers/example/shop/app.env", "HOSTS=", "BROKEN\nHOSTS=")
    repository.git("add", "--all")
    code, output = pre_commit(repository, environment, "run")
    assert code == 1
    assert "overlays/customers/example/shop/app.env:1:" in output
