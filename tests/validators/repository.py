"""A git repository with some of the example apps, for tests that change it."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.zones import LIBRARY

from ..conftest import ROOT

# Nothing of the machine's git settings, and no editor, signature or hook.
_ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_AUTHOR_NAME": "Test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "Test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
}


class Repository:
    """A checkout at `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str) -> str:
        """Run git here and return what it prints."""
        environment = {**os.environ, **_ENVIRONMENT}
        command = ["git", "-C", str(self.root), *arguments]
        return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout

    def commit(self, message: str = "Change") -> str:
        """Commit everything and return the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD").strip()

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that is in a file."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{path} doesn't hold {old!r}"
        file.write_text(text.replace(old, new), encoding="utf-8")


def with_examples(root: Path, *apps: str) -> Repository:
    """Return a repository at `root` with the library and some of the example apps, committed."""
    for part in LIBRARY:
        shutil.copytree(ROOT / part, root / part)
    for app in apps:
        for zone in ("customers", "ungleich"):
            if (ROOT / "overlays" / zone / app).is_dir():
                shutil.copytree(ROOT / "overlays" / zone / app, root / "overlays" / zone / app)
    repository = Repository(root)
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit("Begin")
    return repository
