"""The hooks as real pre-commit installs and runs them, from a clone of this repository, without a network."""

import os
import re
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from .conftest import ROOT
from .hoster import working_tree
from .validators.repository import Repository

WHEELS = ROOT / ".tools" / "wheels"
"""What pip would get from an index, filled by set-up."""
PAGE = ROOT / "docs" / "hooks.md"
_WITH_RENDERER = re.compile(r"^( +)# (additional_dependencies: \[django-hosting-renderer)==[0-9.]+(\]\n)", re.M)


def library(root: Path) -> Repository:
    """Return a repository at `root` that holds this one's files as they are now, committed as v1."""
    repository = Repository(working_tree(root))
    repository.git("tag", "v1")
    return repository


def renderer_wheel(folder: Path) -> None:
    """Build the renderer's wheel into a folder, as `make wheels` does."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, ROOT / "packaging" / "renderer"], check=True)


def configuration(hook: str, library: Repository, rev: str, *, renderer: bool = False) -> str:
    """Return the configuration of a hook as the page has it, with this library and version, with the renderer or without."""
    blocks = re.findall(r"^    repos:\n(?:    .*\n)+", PAGE.read_text(), re.M)
    [block] = [block for block in blocks if f"- id: {hook}\n" in block]
    text = textwrap.dedent(block)
    for old, new in (("https://git.example.com/ungleich/django-hosting.git", str(library.root)), ("v0.1.0", rev)):
        assert text.count(old) == 1
        text = text.replace(old, new)
    return _WITH_RENDERER.sub(r"\1\2\3" if renderer else "", text)


@dataclass(frozen=True)
class PreCommit:
    """The real pre-commit, with environments of its own in `home`, which installs only from the folders `wheels`."""

    home: Path
    wheels: tuple[Path, ...] = (WHEELS,)
    path: tuple[Path, ...] = (ROOT / ".tools" / "bin",)
    """Where it finds programs besides those of this machine."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment that it runs in."""
        path = [*map(str, self.path), str(Path(sys.executable).parent), os.environ["PATH"]]
        return {
            "PATH": os.pathsep.join(path),
            "HOME": str(self.home),
            "PRE_COMMIT_HOME": str(self.environments),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": " ".join(map(str, self.wheels)),
            "PIP_CONFIG_FILE": os.devnull,
            "NO_COLOR": "1",
        }

    @property
    def environments(self) -> Path:
        """Where the hooks' environments are."""
        return self.home / "pre-commit"

    def run(self, repository: Repository, *arguments: str) -> tuple[int, str]:
        """Run pre-commit in a repository and return its exit code and what it prints."""
        command = [sys.executable, "-m", "pre_commit", *arguments]
        done = subprocess.run(command, cwd=repository.root, env=self.environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def installed(self) -> int:
        """Return the bytes of the hooks' environments, Python's own installer included."""
        files = [path for path in self.environments.glob("repo*/py_env-*/**/*") if path.is_file()]
        return sum(path.stat().st_size for path in files if not path.is_symlink())
