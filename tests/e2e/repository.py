"""The git repository that ArgoCD reads: a working copy, pushed to the cluster's git server."""

from __future__ import annotations

import os
from pathlib import Path

from tests.cluster import processes

IDENTITY = ["-c", "user.name=e2e", "-c", "user.email=e2e@example.com", "-c", "commit.gpgsign=false"]


class Repository:
    """A working copy at ``path`` of a branch of the repository that is pushed to at ``server``."""

    def __init__(self, path: Path, server: str | Path, branch: str) -> None:
        self.path, self.server, self.branch = path, server, branch
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str | Path) -> str:
        """Run git in the working copy and return its output; raises processes.CommandError."""
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return processes.run(["git", "-C", self.path, *IDENTITY, *arguments], env=environment).strip()

    def commit(self, message: str) -> str:
        """Commit everything, push it and return the commit's id; raises processes.CommandError if nothing changed."""
        self.git("add", "--all")
        self.git("commit", "--quiet", f"--message={message}")
        return self.push()

    def revert(self) -> str:
        """Revert the last commit, push, and return the new commit's id."""
        self.git("revert", "--no-edit", "HEAD")
        return self.push()

    def delete(self) -> None:
        """Remove the branch from the server."""
        self.git("push", "--quiet", self.server, "--delete", self.branch)

    def push(self) -> str:
        """Push the branch and return its commit's id."""
        self.git("push", "--quiet", self.server, f"HEAD:refs/heads/{self.branch}")
        return self.git("rev-parse", "HEAD")
