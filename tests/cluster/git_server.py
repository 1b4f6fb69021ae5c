"""The engine `git`: repositories that are pushed to by SSH, with hooks; ArgoCD reads the same ones by `git daemon`."""

from __future__ import annotations

import shlex
from pathlib import Path

from tests.cluster import argocd, processes
from tests.cluster.settings import Settings

USER = 1000  # of the server's account `git`, see images/git-server.yaml


def admit(settings: Settings, public_key: str, **environment: str) -> None:
    """Let a key in, to git's commands alone; environment: what its pushes' hooks find set."""
    file = settings.run / "ssh/authorized_keys"
    with file.open("a") as keys:
        keys.write(f"{restriction(**environment)} {public_key.strip()}\n")
    file.chmod(0o644)


def restriction(**environment: str) -> str:
    """What stands before a key in authorized_keys: the command that the account's shell runs, whatever is asked for."""
    variables = "".join(f"{name}={shlex.quote(value)} " for name, value in environment.items())
    return f'command="{variables}git-shell -c \\"$SSH_ORIGINAL_COMMAND\\"",restrict'


def create_repository(settings: Settings, name: str, **hooks: str) -> str:
    """Make an empty repository with the branch main; returns its URL. hooks: pre_receive, update ... as scripts."""
    argocd.create_repository(settings, name)
    return take_over(settings, name, **hooks)


def take_over(settings: Settings, name: str, **hooks: str) -> str:
    """Let a repository that is there be pushed to by SSH, and no other way; returns its URL."""
    path = folder(settings, name)
    for hook, script in hooks.items():
        file = path / "hooks" / hook.replace("_", "-")
        file.write_text(script)
        file.chmod(0o755)
    processes.run(["chown", "--recursive", f"{USER}:{USER}", path])
    return address(settings, name)


def address(settings: Settings, name: str) -> str:
    """Where a repository of that name is pushed to."""
    return f"ssh://git@{settings.data['git']['host']}/srv/git/{name}.git"


def folder(settings: Settings, name: str) -> Path:
    """Where a repository lies on this machine."""
    return settings.run / "git" / f"{name}.git"


def ssh_command(settings: Settings, key: Path) -> str:
    """GIT_SSH_COMMAND for a private key; the server is known by the key that it made at its start."""
    host, address = settings.data["git"]["host"], settings.data["network"]["control"]
    known = key.with_name("known_hosts")
    known.write_text(f"{host} {(settings.run / 'ssh/ssh_host_ed25519_key.pub').read_text()}")
    options = {
        "IdentitiesOnly": "yes",
        "UserKnownHostsFile": known,
        "StrictHostKeyChecking": "yes",
        "HostName": address,  # only the cluster has a DNS in which it stands
        "HostKeyAlias": host,
    }
    return " ".join(["ssh", "-F none", f"-i {key}", *(f"-o {name}={value}" for name, value in options.items())])
