"""A server that listens on IPv4 only.

What: `0.0.0.0`, `127.0.0.1` or `:8000` as the address that gunicorn, uwsgi, uvicorn, runserver or another server
binds to, in command, args and variables.
Why: the clusters have IPv6 only. The server starts and says that it listens, and neither probes nor visitors reach
it. On a cluster of IPv4 alone (`ipv4: true` in overlays/cluster/facts.yaml) only 127.0.0.1 and localhost are reported.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        metadata:
          labels: {hosting.ungleich.ch/image: app}
        spec:
          containers:
            - name: web
              args: [gunicorn, --bind, "0.0.0.0:8000", shop.wsgi]

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        metadata:
          labels: {hosting.ungleich.ch/image: app}
        spec:
          containers:
            - name: web
              args: [gunicorn, --bind, "[::]:8000", shop.wsgi]

Fix: write [::]:8000, which takes IPv4 as well where there is some; for uvicorn and daphne the host is `::`.
"""

import re
from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from ...sources import cluster
from ...sources.loader import Pointer
from .. import Problem

ID = "ipv4-bind"
HINT = "write [::]:8000, for uvicorn and daphne the host ::"

# Any IPv4 address, but no range such as 0.0.0.0/0.
_ALL = re.compile(r"(?<![0-9.])0\.0\.0\.0(?![0-9./])")
_FLAG = r"(?:--bind|-b|--host|--listen|--address|-H|--http|--http-socket|--socket|--interface|runserver|runserver_plus)"
_LOOPBACK = re.compile(rf"(?:^|\s){_FLAG}[\s=]*(?:127\.0\.0\.1|localhost)(?![0-9.])")
_NO_HOST = re.compile(r"(?:^|\s)(?:--bind|-b|--http|--http-socket)[\s=]*:[0-9]{1,5}(?![0-9])")
_NAME = re.compile(
    r"(?:^|_)(?:BIND|LISTEN)(?:_|$)|^(?:GUNICORN_CMD_ARGS|UVICORN_HOST|GRANIAN_HOST|DAPHNE_HOST|WEB_HOST)$"
)


def check(app: App) -> Iterator[Problem]:
    """Yield each IPv4 address that a server of the customer's would bind to."""
    reported: set[str] = set()
    ipv4 = cluster.ipv4(app.library)
    for text, name, obj, pointer in _texts(app):
        if text not in reported and (found := _binds(text, name, ipv4=ipv4)):
            reported.add(text)
            wrong = "is the container's own, where no visitor gets" if ipv4 else "is IPv4 only, and the cluster is IPv6"
            yield Problem(f"{found} {wrong}", obj, pointer)


def _binds(text: str, name: str, *, ipv4: bool) -> str:
    """Return the address that a command (name "") or a variable binds to, "" where it is none or one that pods have."""
    if not ipv4 and (match := _ALL.search(text)):
        return match[0]
    command = text if not name or " " in text else f"--bind {text}"
    if name and not _NAME.search(name):
        return ""
    for pattern in (_LOOPBACK,) if ipv4 else (_LOOPBACK, _NO_HOST):
        if match := pattern.search(command):
            return re.split(r"[\s=]|-b(?=:)", match[0])[-1][:60]
    return ""


def _texts(app: App) -> Iterator[tuple[str, str, Object, Pointer]]:
    """Yield (text, variable or "", object, pointer): a command's words as one text."""
    for obj in app.of_kind("Deployment", "StatefulSet"):
        for container in obj.containers() if obj.runs_customer_image else ():
            for field in ("command", "args"):
                words = obj.sequence(*container.pointer, field)
                yield " ".join(map(str, words)), "", obj, (*container.pointer, field)
            for index, row in enumerate(obj.sequence(*container.pointer, "env")):
                if isinstance(row, dict) and isinstance(row.get("value"), str):
                    yield row["value"], str(row.get("name")), obj, (*container.pointer, "env", index, "value")
    for obj in app.of_kind("ConfigMap"):
        if obj.plain_name in ("app-config", "app-defaults"):
            for key, value in obj.mapping("data").items():
                if isinstance(value, str):
                    yield value, str(key), obj, ("data", key)
