"""Names that kustomize makes up: a generated ConfigMap gets a hash of its content."""

import re
from typing import TYPE_CHECKING

from ..render.objects import Object

if TYPE_CHECKING:
    from .app import App

_HASHED = re.compile(r"(.+)-[bcdfghkmt2456789]{10}\Z")


def hash_of(obj: Object) -> str | None:
    """Return a generated ConfigMap's or Secret's name without its hash, None for all else."""
    match = _HASHED.match(obj.name) if obj.kind in ("ConfigMap", "Secret") else None
    return match[1] if match else None


def hashed_names(app: "App") -> dict[str, str]:
    """Return rendered name -> plain name, for the ConfigMaps and Secrets of `app` whose name ends in a hash."""
    return {obj.name: plain for obj in app.objects if (plain := hash_of(obj))}
