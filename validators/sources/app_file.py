"""app.yaml of a platform folder: how an app is released, and from where its customer's commits come."""

from dataclasses import dataclass
from datetime import date
from functools import cache

import yaml

from ..policy import app_file
from ..policy.app_file import NAME
from .folder import Folder


@dataclass(frozen=True)
class Repository:
    """The customer's own repository."""

    url: str
    branch: str
    promotion: str
    """`auto`: what passes runs at once; `review`: somebody of the platform reads it first."""
    signers: tuple[str, ...] = ()
    """SSH public keys, one of which must have signed a commit; none: no signature is asked for."""


@dataclass(frozen=True)
class Pin:
    """The commit that goes on running until the end of a day."""

    commit: str
    reason: str
    until: date


@dataclass(frozen=True)
class AppFile:
    """What app.yaml says."""

    ring: str
    repository: Repository | None = None
    pinned: Pin | None = None
    move: str = ""
    """How far the move from a VM is; empty for an app that was never on one."""


def read(platform: Folder) -> AppFile | None:
    """Return what app.yaml of a platform's folder says; None where there is none, or none that can be relied on: rules
    app-file-missing and app-file say so."""
    document = platform.document(NAME).value
    if unreadable(platform) or any(app_file.problems(document)):
        return None
    spec = document["spec"]
    repository, pinned = spec.get("repository"), spec.get("pinned")
    return AppFile(
        spec["ring"],
        Repository(**{**repository, "signers": tuple(repository.get("signers", ()))}) if repository else None,
        Pin(pinned["commit"], pinned["reason"], date.fromisoformat(pinned["until"])) if pinned else None,
        spec.get("move", ""),
    )


@cache
def ring_named(data: bytes) -> str:
    """Return the ring that the bytes of an app.yaml name, unjudged and twenty times as fast as read(): all apps are asked at each
    check; empty where they name none."""
    try:
        value = yaml.load(data, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe loaders
    except (yaml.YAMLError, ValueError, RecursionError):
        return ""
    spec = value.get("spec") if isinstance(value, dict) else None
    ring = spec.get("ring") if isinstance(spec, dict) else None
    return ring if isinstance(ring, str) else ""


def unreadable(platform: Folder) -> bool:
    """Whether the file isn't there, or isn't one YAML document that every parser reads alike."""
    if NAME not in platform.files:
        return True
    documents, problems = platform.load(NAME)
    return bool(problems) or len(documents) != 1
