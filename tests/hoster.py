"""A hoster's repository, made and upgraded by released versions of this one: clones with tags, as `make release` makes them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from .conftest import ROOT, tool

FACTS = {
    "block": "fast-block",
    "files": "fast-files",
    "contact": "Hoster",
    "address": "help@hoster.example",
    "repository": "https://git.hoster.example/apps.git",
    "ipv4": "yes",
    "ingress-class": "nginx",
}
FIRST_APP = ("CUSTOMER=acme", "APP=shop", "IMAGE=registry.example.com/acme/shop:1.0.0", "HOST=shop.acme.example")
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]+)\)")
"""A link of a page: its text, and where it leads."""
_IDENTITY = ("-c", "user.name=Test", "-c", "user.email=test@example.com")


class Done(NamedTuple):
    """How a command ended, and what it said on both streams."""

    code: int
    said: str


def git(root: Path, *arguments: str) -> str:
    """Run git and return what it prints."""
    command = ["git", *_IDENTITY, *arguments]
    return subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout


def commit(root: Path, message: str = "Change") -> None:
    """Commit everything."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", message)


def working_tree(target: Path) -> Path:
    """Copy this repository as it is now, committed or not, to a repository of its own."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    git(target, "init", "--quiet", "--initial-branch=main")
    git(target, "config", "user.name", "Test")
    git(target, "config", "user.email", "test@example.com")
    commit(target, "All")
    return target


def run(library: Path, repository: Path, *arguments: str) -> Done:
    """Run django-hosting of the checkout `library` in a hoster's repository."""
    path = os.pathsep.join([str(Path(tool("kustomize")).parent), os.environ["PATH"]])
    environment = {**os.environ, "PYTHONPATH": str(library), "PATH": path, "NO_COLOR": "1"}
    command = [sys.executable, "-m", "validators", *arguments]
    done = subprocess.run(
        command, cwd=repository, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    return Done(done.returncode, done.stdout + done.stderr)


def options(**facts: str) -> list[str]:
    """Return init's options for FACTS with some replaced."""
    return [f"--{name}={value}" for name, value in {**FACTS, **facts}.items()]


def empty(root: Path) -> Path:
    """Return an empty git repository."""
    root.mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch=main")
    return root
