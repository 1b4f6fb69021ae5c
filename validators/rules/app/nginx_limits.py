"""An upload limit or a timeout of nginx above what the platform grants.

What: `NGINX_UPLOAD_LIMIT` and `NGINX_TIMEOUT` in app.env, held against `nginx.uploadLimit` and `nginx.timeout` in sizing.yaml.
Why: uploads lie on the node's disk until they are whole: a few that are larger than planned fill it, and the pod is evicted.

Bad:

    # file: kustomization.yaml
    components:
      - ../../../../components/nginx
    # file: platform/sizing.yaml
    kind: Sizing
    spec:
      nginx: {uploadLimit: 100Mi, timeout: 300}
    # file: rendered
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: app-config}
    data: {NGINX_UPLOAD_LIMIT: 2000m}

Good:

    # file: kustomization.yaml
    components:
      - ../../../../components/nginx
    # file: platform/sizing.yaml
    kind: Sizing
    spec:
      nginx: {uploadLimit: 100Mi, timeout: 300}
    # file: rendered
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: app-config}
    data: {NGINX_UPLOAD_LIMIT: 100m}

Fix: write a smaller one, or ask the platform for more.
"""

from collections.abc import Iterator
from typing import NamedTuple

from ...app.app import App
from ...finding import Advice
from ...kubernetes import quantity
from .. import Problem

ID = "nginx-limits"
HINT = Advice("write less", "more", "raise it in sizing.yaml")


class Bound(NamedTuple):
    """What holds a line of app.env."""

    size: str
    default: str
    unit: str
    """What is behind the number: nginx' m is 1024 times 1024 bytes."""


_BOUNDS = {
    "NGINX_UPLOAD_LIMIT": Bound("nginx.uploadLimit", "10m", "m"),
    "NGINX_TIMEOUT": Bound("nginx.timeout", "60", ""),
}
_BYTES = {"m": 1 << 20, "": 1}


def check(app: App) -> Iterator[Problem]:
    """Yield each line that is above its bound, and each that is missing and whose default is."""
    config = app.find("ConfigMap", "app-config")
    if config is None or "nginx" not in app.features:
        return
    for line, (size, default, unit) in _BOUNDS.items():
        given = config.get("data", line)
        text = given if isinstance(given, str) else default
        number, most = text.removesuffix(unit), quantity.parse(app.size(size))
        if most is None or not number.isdecimal() or int(number) * _BYTES[unit] <= most:
            continue
        granted = f"{int(most / _BYTES[unit])}{unit}"
        said = f"{line}={text[:20]}" if given else f"{line}, without a line in app.env {default},"
        advice = Advice(f"write {line}={granted} or less", f"a larger {size}", f"raise {size} in sizing.yaml")
        pointer = ("data", line) if given else ("data",)
        yield Problem(f"{said} is more than the {granted} granted to this app", config, pointer, hint=advice)
