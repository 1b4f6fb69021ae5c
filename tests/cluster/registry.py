"""The registries: the built images below, what tests push above; one is open, one wants a password."""

from __future__ import annotations

import json
from pathlib import Path

import bcrypt

from tests.cluster import images
from tests.cluster.machines import Machine
from tests.cluster.settings import Settings


def prepare(settings: Settings, control: Machine) -> None:
    """Write the password file and mount the registries' storage: the cache's read-only, the run's changes over it.

    The mounts are in the control machine only, so they go away with it.
    """
    login, config = settings.data["registry"], settings.run / "config"
    password = bcrypt.hashpw(login["password"].encode(), bcrypt.gensalt(4, prefix=b"2a")).decode()
    (config / "htpasswd").write_text(f"{login['user']}:{password}\n")
    (config / "docker").mkdir()
    (config / "docker/config.json").write_text(_docker_config(settings, f"{login['host']}:5000"))
    for name in ("open", "private"):
        folders = {part: settings.run / f"registry-{name}{part}" for part in ("", "-changes", "-work")}
        for folder in folders.values():
            folder.mkdir()
        lower = images.storage(settings, name)
        options = f"lowerdir={lower},upperdir={folders['-changes']},workdir={folders['-work']}"
        control.run("mount", "-t", "overlay", "-o", options, "overlay", folders[""])


def push(settings: Settings, control: Machine, layout: Path, name: str, *, private: bool = False) -> None:
    """Push an OCI image layout as ``repository:tag``, pulled as <registry host>/repository:tag; private: by password."""
    if private:
        environment = [f"DOCKER_CONFIG={settings.run}/config/docker", f"SSL_CERT_FILE={settings.run}/pki/ca.crt"]
        control.run("env", *environment, "crane", "push", layout, f"{settings.data['registry']['host']}:5000/{name}")
    else:
        control.run("crane", "push", layout, f"localhost:5001/{name}")


def pull_secret(settings: Settings) -> str:
    """The `.dockerconfigjson` that lets a pod pull from the registry with the password."""
    return _docker_config(settings, settings.data["registry"]["host"])


def _docker_config(settings: Settings, host: str) -> str:
    login = settings.data["registry"]
    return json.dumps({"auths": {host: {"username": login["user"], "password": login["password"]}}})
