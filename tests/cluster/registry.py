"""The registry: the built images below, what tests push above; one door with a password, one without for pushing."""

from __future__ import annotations

import json

import bcrypt

from tests.cluster import images
from tests.cluster.machines import Machine
from tests.cluster.settings import Settings


def prepare(settings: Settings, control: Machine) -> None:
    """Write the password file and mount the registry's storage: the cache's read-only, the run's changes over it.

    The mount is in the control machine only, so it goes away with it.
    """
    registry = settings.data["registry"]
    password = bcrypt.hashpw(registry["password"].encode(), bcrypt.gensalt(4, prefix=b"2a")).decode()
    (settings.run / "config" / "htpasswd").write_text(f"{registry['user']}:{password}\n")
    folders = {name: settings.run / name for name in ("registry", "registry-changes", "registry-work")}
    for folder in folders.values():
        folder.mkdir()
    options = f"lowerdir={images.storage(settings)},upperdir={folders['registry-changes']},workdir={folders['registry-work']}"
    control.run("mount", "-t", "overlay", "-o", options, "overlay", folders["registry"])


def push(control: Machine, layout: str, name: str) -> None:
    """Push an OCI image layout as ``repository:tag``, seen by pods as <registry host>/repository:tag."""
    control.run("crane", "push", layout, f"localhost:5001/{name}")


def pull_secret(settings: Settings) -> str:
    """The `.dockerconfigjson` that lets a pod pull from the registry with the password."""
    registry = settings.data["registry"]
    login = {"username": registry["user"], "password": registry["password"]}
    return json.dumps({"auths": {registry["host"]: login}})
