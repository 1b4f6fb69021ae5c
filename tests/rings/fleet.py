"""A fleet in rings, in a git repository: two examples, each in a ring of its own."""

import re
import shutil
from pathlib import Path

from tests.zones import OURS, PLATFORM
from validators.rings.branch import Branch
from validators.rings.update import Update, update
from validators.sources.app_file import NAME
from validators.sources.tree import ARGOCD

from ..conftest import ROOT
from ..validators.repository import Repository, with_examples

FIRST, SECOND = "example/minimal", "example/blog"
SITE = "base/web/deployment.yaml"


class Fleet:
    """The repository, with what the tests do to it."""

    def __init__(self, root: Path) -> None:
        self.root, self.repository = root, Repository(root)
        self.old = self.repository.git("rev-list", "--max-parents=0", "HEAD").strip()

    @classmethod
    def make(cls, root: Path) -> "Fleet":
        """Make one: v1 is its first commit, both rings have it."""
        with_examples(root, FIRST, SECOND)
        shutil.copytree(ROOT / PLATFORM / ARGOCD, root / PLATFORM / ARGOCD, dirs_exist_ok=True)
        made = cls(root)
        for app, ring in ((FIRST, "first"), (SECOND, "all")):
            made.write(f"{PLATFORM}/{app}/{NAME}", _app(root / PLATFORM / app / NAME, ring))
        made.write_rings(v1=made.old, first="v1", all="v1")
        made.repository.commit("Rings")
        return made

    def write(self, path: str, text: str) -> None:
        """Write a file, which isn't committed yet."""
        (self.root / path).write_text(text)

    def write_rings(self, first: str, all: str, **versions: str) -> None:
        """Write rings.yaml: the versions' commits, newest first, and which of them each ring has."""
        taken = [
            f'    - {{name: {name}, commit: "{commit}", taken: "2026-11-{20 - index}T00:00:00Z"}}\n'
            for index, (name, commit) in enumerate(versions.items())
        ]
        rings = [
            f'    - {{name: {name}, version: {version}, since: "2026-11-20T00:00:00Z", soak: 3d, maximumAge: 4000d}}\n'
            for name, version in (("first", first), ("all", all))
        ]
        head = "apiVersion: hosting.ungleich.ch/v1\nkind: Rings\nmetadata: {name: rings}\nspec:\n"
        self.write(OURS.rings_file, "".join([head, "  versions:\n", *taken, "  rings:\n", *rings]))

    def change_library(self, history: int) -> str:
        """Commit another history of every site; returns the commit."""
        path = self.root / SITE
        text, count = re.subn(r"revisionHistoryLimit: \d+", f"revisionHistoryLimit: {history}", path.read_text())
        assert count == 1
        path.write_text(text)
        return self.repository.commit(f"History of {history}")

    def render(self, **options: bool) -> Update:
        """Render what is committed."""
        return update(self.root, self.head(), Branch.read(self.root), **options)

    def head(self) -> str:
        """The commit that is checked out."""
        return self.repository.git("rev-parse", "HEAD").strip()

    def history(self, app: str) -> list[str]:
        """The history that an app's Deployment keeps, as the branch has it."""
        text = Branch.read(self.root).files[f"{PLATFORM}/{app}/objects.yaml"].decode()
        site = next(part for part in text.split("\n---\n") if "kind: Deployment" in part and "  name: web\n" in part)
        return re.findall(r"revisionHistoryLimit: (\d+)", site)


def _app(path: Path, ring: str) -> str:
    """The app.yaml that is there, with another ring."""
    text, count = re.subn(r"(\bring: ?)[a-z0-9-]+", rf"\g<1>{ring}", path.read_text())
    assert count == 1
    return text
