"""The engine `git`: repositories that are pushed to by SSH, with hooks; ArgoCD reads the same ones by `git daemon`."""

from __future__ import annotations

from pathlib import Path

from tests.cluster import processes
from tests.cluster.settings import Settings

USER = 1000  # of the server's account `git`, see images/git-server.yaml


def admit(settings: Settings, public_key: str, **environment: str) -> None:
    """Let a key in; environment: what its pushes' hooks find set, with names that begin with GIT_."""
    options = "".join(f'environment="{name}={value}",' for name, value in environment.items())
    file = settings.run / "ssh/authorized_keys"
    with file.open("a") as keys:
        keys.write(f"{options}no-pty,no-port-forwarding {public_key.strip()}\n")
    file.chmod(0o644)


def create_repository(settings: Settings, name: str, **hooks: str) -> str:
    """Make an empty repository with the branch main; returns its URL. hooks: pre_receive, update ... as scripts."""
    path = settings.run / "git" / f"{name}.git"
    processes.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", path], env={"PATH": settings.path})
    for hook, script in hooks.items():
        file = path / "hooks" / hook.replace("_", "-")
        file.write_text(script)
        file.chmod(0o755)
    processes.run(["chown", "--recursive", f"{USER}:{USER}", path])
    return f"ssh://git@[{settings.data['network']['control']}]/srv/git/{name}.git"


def ssh_command(settings: Settings, key: Path) -> str:
    """GIT_SSH_COMMAND for a private key; the server is known by the key that it made at its start."""
    host = (settings.run / "ssh/ssh_host_ed25519_key.pub").read_text()
    known = key.with_name("known_hosts")
    known.write_text(f"{settings.data['network']['control']} {host}")
    return f"ssh -F none -i {key} -o IdentitiesOnly=yes -o UserKnownHostsFile={known} -o StrictHostKeyChecking=yes"
