"""Promotion on the cluster: both git servers by SSH, with the hooks and keys of docs/promotion.md, and the service that promotes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster import engines, git_server, processes
from tests.cluster.settings import REPOSITORY
from tests.e2e.app import App, replace
from tests.e2e.fleet import Fleet
from tests.e2e.repository import IDENTITY, Repository
from tests.promotion.transcripts import PAGE, block

EVERY = 5
"""Seconds after which the service looks at the customers' repositories again."""


@dataclass
class Customer:
    """A customer's checkout of their own repository, whose server runs the hook."""

    app: App
    checkout: Repository
    name: str

    def change(self, file: str, old: str, new: str) -> str:
        """Replace a text and commit; returns the commit's id."""
        replace(self.checkout.path / file, old, new)
        self.checkout.git("commit", "--quiet", "--all", f"--message={new}")
        return self.checkout.git("rev-parse", "HEAD")

    def tag(self, tag: str) -> str:
        """Commit the tag of another release; returns the commit's id."""
        text = (self.checkout.path / "kustomization.yaml").read_text()
        [line] = re.findall(r"newTag: .*", text)
        return self.change("kustomization.yaml", line, f"newTag: {tag}")

    def push(self) -> subprocess.CompletedProcess[str]:
        """Push as a customer does; stderr is what their terminal shows."""
        command = ["git", "-C", self.checkout.path, "push", str(self.checkout.server), "main"]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def drop(self) -> None:
        """Forget the last commit."""
        self.checkout.git("reset", "--quiet", "--hard", "HEAD~1")

    def note(self, commit: str) -> str:
        """What they read below a commit; raises CommandError while there is nothing."""
        self.checkout.git("fetch", "--quiet", self.checkout.server, "+refs/notes/hosting:refs/notes/hosting")
        return self.checkout.git("notes", "--ref=hosting", "show", commit)


class Promotion:
    """The platform's repository behind SSH, with a key for its engineers and one for the promotion."""

    def __init__(self, fleet: Fleet, folder: Path) -> None:
        self.fleet, self.folder, self.settings = fleet, folder, fleet.settings
        engines.start(self.settings, fleet.kubernetes, "git")
        self.engineer, self.promotion = self.key("engineer"), self.key("promotion", DJANGO_HOSTING_KEY="promotion")
        assert git_server.restriction(DJANGO_HOSTING_KEY="promotion") in PAGE.read_text()
        self.name = Path(fleet.repository.server).stem
        url = git_server.take_over(self.settings, self.name, update=block("update-hook"))
        fleet.repository.server = url
        fleet.repository.git("config", "core.sshCommand", self.ssh(self.engineer))
        self.clone = folder / "clone.git"
        self.git("clone", "--quiet", "--bare", url, self.clone)

    def key(self, name: str, **environment: str) -> Path:
        """A key that the server lets in."""
        key = self.folder / name / "key"
        key.parent.mkdir()
        processes.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key])
        git_server.admit(self.settings, key.with_suffix(".pub").read_text(), **environment)
        return key

    def ssh(self, key: Path) -> str:
        """The ssh that git uses with a key."""
        return git_server.ssh_command(self.settings, key)

    @property
    def environment(self) -> dict[str, str]:
        """Of the service: it has the promotion's key for all servers."""
        ours = {"GIT_SSH_COMMAND": self.ssh(self.promotion), "PYTHONPATH": str(REPOSITORY), "HOME": str(self.folder)}
        return {**os.environ, "PATH": self.settings.path, **ours}

    def git(self, *arguments: str | Path) -> str:
        """Run git as the promotion; raises CommandError."""
        return processes.run(["git", *IDENTITY, *arguments], env=self.environment)

    def main(self) -> str:
        """The commit that ArgoCD is to read."""
        return self.server("rev-parse", "main")

    def server(self, *arguments: str) -> str:
        """Run git in the platform's repository, on its server."""
        there = git_server.folder(self.settings, self.name)
        return processes.run(["git", "-c", "safe.directory=*", "-C", there, *arguments]).strip()

    def landed(self, commit: str) -> list[str]:
        """The commits of the platform's branch that took a customer's commit."""
        return self.server("log", "--format=%H", f"--grep=^Hosting-Commit: {commit}$", "main").split()

    def address(self, namespace: str) -> str:
        """Where an app's own repository will be."""
        return git_server.address(self.settings, self.repository(namespace))

    def repository(self, namespace: str) -> str:
        """The name of an app's own repository, which no other run has on this cluster."""
        return f"{self.name}-{namespace}"

    def customer(self, app: App) -> Customer:
        """Give an app of the fleet, that was made with REPOSITORY=, its own repository, with what its folder holds."""
        name = self.repository(app.namespace)
        url = git_server.create_repository(self.settings, name, pre_receive=block("pre-receive-hook"))
        there = git_server.folder(self.settings, name)
        processes.run(["git", "config", f"--file={there / 'config'}", "hosting.app", f"{app.customer}/{app.name}"])
        checkout = Repository(self.folder / f"{name}-checkout", url, "main")
        checkout.git("config", "core.sshCommand", self.ssh(self.key(name)))
        for file in app.customer_folder.iterdir():
            (checkout.path / file.name).write_bytes(file.read_bytes())
        checkout.commit("Begin")
        return Customer(app, checkout, f"{app.customer}/{app.name}")

    def configure(self, app: App, old: str, new: str) -> None:
        """Change app.yaml, as an engineer of the platform who has fetched what was promoted meanwhile."""
        repository = self.fleet.repository
        repository.git("pull", "--quiet", "--rebase", repository.server, "main")
        app.commit(new, lambda app: replace(app.platform_folder / "app.yaml", old, new))

    def command(self, *arguments: str) -> list[str]:
        """`make promote`, in the bare clone."""
        return [sys.executable, "-m", "validators", "promote", *arguments, f"--root={self.clone}"]

    def promote(self, app: App, *arguments: str) -> str:
        """Promote one app now, and return what is printed; raises CommandError."""
        words = [f"--customer={app.customer}", f"--app={app.name}", *arguments]
        return processes.run(self.command(*words), env=self.environment)

    @contextmanager
    def service(self) -> Iterator[None]:
        """`make promote ALL=1 EVERY=...` for as long as the block runs; what it says is in promote.log."""
        with (self.folder / "promote.log").open("a") as log:
            command = self.command("--all=1", f"--every={EVERY}")
            process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            yield
            assert process.poll() is None, (self.folder / "promote.log").read_text()
        finally:
            process.terminate()
            process.wait(60)
