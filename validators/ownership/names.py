"""Names that kustomize makes up: a generated ConfigMap gets a hash of its content."""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..app import App

_HASHED = re.compile(r"(.+)-[bcdfghkmt2456789]{10}\Z")


def hashed_names(app: "App") -> dict[str, str]:
    """Return rendered name -> plain name, for the ConfigMaps and Secrets of `app` whose name ends in a hash."""
    names = {}
    for obj in app.of_kind("ConfigMap", "Secret"):
        if match := _HASHED.match(obj.name):
            names[obj.name] = match[1]
    return names
