"""A platform's repository on a server, a clone that promotes, and customers' repositories: all real git, on this disk."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.zones import OURS

from ..conftest import ROOT
from ..validators.repository import Repository, with_examples

APP = "example/blog"
HEAD = """\
apiVersion: hosting.ungleich.ch/v1
kind: App
metadata:
  name: app
  annotations:
    config.kubernetes.io/local-config: "true"
spec:
  ring: stable
"""


@dataclass(frozen=True)
class Scene:
    """Everything is below `top`: server.git, clone/, and for each app <customer>-<app>.git and <customer>-<app>/."""

    top: Path
    platform: Repository
    """A platform engineer's checkout."""

    @property
    def server(self) -> Path:
        """The platform's repository, bare."""
        return self.top / "server.git"

    def url(self, app: str) -> str:
        """Return the address of a customer's repository."""
        return (self.top / f"{app.replace('/', '-')}.git").as_uri()

    def customer(self, app: str = APP) -> Repository:
        """Return a customer's checkout, made with the example's files and pushed if there is none yet."""
        root = self.top / app.replace("/", "-")
        repository = Repository(root)
        if not root.exists():
            shutil.copytree(self.platform.root / OURS.of(app)[0], root)
            bare(self.top / f"{app.replace('/', '-')}.git")
            repository.git("init", "--quiet", "--initial-branch=main")
            repository.git("remote", "add", "origin", self.url(app))
            repository.commit("Begin")
            repository.git("push", "--quiet", "origin", "main")
        return repository

    def configure(self, app: str = APP, *, promotion: str = "auto", more: str = "") -> None:
        """Write and push the app's app.yaml."""
        self.platform.git("pull", "--quiet", "--rebase", "origin", "main")
        text = f"{HEAD}  repository:\n    url: {self.url(app)}\n    branch: main\n    promotion: {promotion}\n{more}"
        (self.platform.root / OURS.of(app)[1] / "app.yaml").write_text(text)
        self.platform.commit(f"{app}: where it comes from")
        self.platform.git("push", "--quiet", "origin", "main")

    def main(self) -> str:
        """Return the commit that ArgoCD reads."""
        return git(self.server, "rev-parse", "main").strip()

    def promote(self, app: str = APP, *more: str, clone: str = "clone") -> subprocess.CompletedProcess[str]:
        """Run the command promote for an app."""
        customer, name = app.split("/")
        return command("promote", f"CUSTOMER={customer}", f"APP={name}", f"--root={self.top / clone}", *more)

    def promoted(self, path: str) -> bytes:
        """Return a file as it is on the platform's main."""
        done = subprocess.run(
            ["git", "-C", self.server, "cat-file", "blob", f"main:{path}"], capture_output=True, check=True
        )
        return done.stdout

    def trailer(self, key: str) -> str:
        """Return a trailer of the newest commit on the platform's main."""
        return git(self.server, "log", "-1", f"--format=%(trailers:key={key},valueonly)", "main").strip()

    def note(self, app: str, commit: str) -> str:
        """Return what the customer reads of a commit, by plain git."""
        root = self.customer(app).root
        git(root, "fetch", "--quiet", "origin", "+refs/notes/hosting:refs/notes/hosting")
        return git(root, "notes", "--ref=hosting", "show", commit)


def git(root: Path, *arguments: str) -> str:
    """Run git and return what it prints."""
    return Repository(root).git(*arguments)


def bare(root: Path) -> None:
    """Make an empty repository, as on a server."""
    git(root.parent, "init", "--quiet", "--bare", "--initial-branch=main", str(root))


def command(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of django-hosting in a process of its own."""
    words = [sys.executable, "-m", "validators", *arguments]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(words, cwd=cwd, env=surroundings, capture_output=True, text=True, check=False, timeout=240)


def make(top: Path, *apps: str) -> Scene:
    """Return a scene with some of the example apps, each with a repository of its own."""
    platform = with_examples(top / "platform", *apps)
    scene = Scene(top, platform)
    bare(scene.server)
    platform.git("remote", "add", "origin", scene.server.as_uri())
    platform.git("push", "--quiet", "origin", "main")
    for app in apps:
        scene.customer(app)
        scene.configure(app)
    git(top, "clone", "--quiet", "--bare", scene.server.as_uri(), "clone")
    return scene
