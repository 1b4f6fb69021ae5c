"""The line of authorized_keys that the page shows: with it the server, and not who connects, says whose key it is."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from ..conftest import ROOT
from ..validators.repository import Repository
from .scene import Scene, git
from .test_guard import HOOK, sizes


@pytest.fixture
def ssh(tmp_path: Path) -> Path:
    """What sshd does with such a line, as a program in ssh's place: the key's command, in an environment of the server's."""
    [line] = re.findall(
        r'^    command="(.*)",restrict ssh-ed25519 AAAA', (ROOT / "docs/promotion.md").read_text(), re.M
    )
    forced = line.replace('\\"', '"')
    program = tmp_path / "ssh"
    asked = 'shift $(($# - 1)); env -i PATH="$PATH" SSH_ORIGINAL_COMMAND="$1"'
    program.write_text(f"#!/bin/sh\n{asked} sh -c {shlex.quote(forced)}\n")
    program.chmod(0o755)
    return program


def test_the_key_is_the_servers_word(blog: Scene, ssh: Path) -> None:
    hook = blog.server / "hooks/update"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK)
    hook.chmod(0o755)
    git(blog.top, "clone", "--quiet", blog.server.as_uri(), "stolen")
    stolen = Repository(blog.top / "stolen")
    sizes(stolen)
    stolen.commit("example/blog: Change")
    before = blog.main()
    environment = {**os.environ, "GIT_SSH": str(ssh), "GIT_SSH_VARIANT": "simple", "DJANGO_HOSTING_KEY": "engineer"}
    words = ["git", "-C", stolen.root, "push", f"ssh://git@server{blog.server}", "HEAD:main"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, blog.main()) == (1, before)
    assert "may change files of apps in overlays/customers only" in done.stderr
