"""The folders of validators/ import in one direction, as pyproject.toml says, whatever way an import is written."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(top: Path) -> subprocess.CompletedProcess:
    """Hold the package at `top` against the contracts."""
    command = [sys.executable, "-c", LINT, "--no-logo", "--no-cache", "pyproject.toml"]
    return subprocess.run(command, cwd=top, capture_output=True, text=True, timeout=120, check=False)


def test_every_import_goes_down() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "planted", "contract"),
    [
        ("sources/folder.py", "from ..check import engine\n", "A folder"),
        ("app/app.py", "if TYPE_CHECKING:\n    from ..rules import Rule\n", "A folder"),
        ("render/kustomize.py", "def late():\n    from ..ownership import baseline\n", "A folder"),
        ("another/__init__.py", "", "A folder"),
        ("rules/object/port.py", "from ..fleet import host_duplicate\n", "A rule"),
        ("sources/loader.py", "def late():\n    from .folder import Folder\n", "No circle"),
    ],
    ids=["plain", "type only", "in a function", "a folder that isn't listed", "a rule of another scope", "a circle"],
)
def test_a_planted_import_is_caught(tmp_path: Path, file: str, planted: str, contract: str) -> None:
    shutil.copytree(ROOT / "validators", tmp_path / "validators", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    changed = tmp_path / "validators" / file
    changed.parent.mkdir(exist_ok=True)
    with changed.open("a") as stream:
        stream.write(planted)
    done = lint(tmp_path)
    assert done.returncode == 1
    assert [line for line in done.stdout.splitlines() if line.startswith(contract) and line.endswith("BROKEN")], (
        done.stdout
    )
