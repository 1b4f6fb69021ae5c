"""The liveness probe depends on the database.

What: a livenessProbe of the customer's image that asks the readiness probe's page, a page that by its name checks
dependencies (`ready`, `health/db`, ...), or a command that does.
Why: when the database is away for a minute, every pod of the site is killed, and all start at once when it is back.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        metadata:
          labels: {hosting.ungleich.ch/image: app}
        spec:
          containers:
            - name: web
              livenessProbe:
                exec: {command: [python, manage.py, check, --database, default]}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      template:
        metadata:
          labels: {hosting.ungleich.ch/image: app}
        spec:
          containers:
            - name: web
              livenessProbe:
                httpGet: {path: /live, port: http}

Fix: ask whether the port is open, or a page that answers without the database.
"""

import re
from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...render.objects import Container, Object
from ...sources.loader import Pointer
from .. import Problem
from .._pods import command_line, probe_action

ID = "liveness-database"
KINDS = WORKLOADS
HINT = "write livenessProbe: {tcpSocket: {port: http}}, or a path that needs no database"
_PATH = re.compile(
    r"(?:^|[/_.?&=-])(?:db|database|postgres|ready|readiness|readyz|deep|full|dependencies)(?:[/_.?-]|$)", re.I
)
_COMMAND = re.compile(r"\b(?:manage\.py|django-admin|pg_isready|psql|dbshell|migrate)\b")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each liveness probe that a missing database makes fail."""
    for container in obj.containers() if obj.runs_customer_image else ():
        liveness = probe_action(obj, container, "livenessProbe")
        if liveness == probe_action(obj, container, "readinessProbe"):
            continue  # probes-identical says so
        pointer = (*container.pointer, "livenessProbe")
        yield from _http(obj, container, (*pointer, "httpGet"))
        if _COMMAND.search(command_line(obj.get(*pointer, "exec", "command"))):
            message = f"container {container.name} is restarted when the database is away"
            yield Problem(message, obj, (*pointer, "exec", "command"))


def _http(obj: Object, container: Container, pointer: Pointer) -> Iterator[Problem]:
    path = obj.get(*pointer, "path", default="/" if obj.get(*pointer) else "")
    readiness = (*container.pointer, "readinessProbe", "httpGet")
    same = obj.mapping(*readiness) and obj.get(*readiness, "path", default="/") == path
    if isinstance(path, str) and (same or _PATH.search(path)):
        asks = "the same page as readiness" if same else path
        yield Problem(f"container {container.name} is restarted when {asks} fails", obj, (*pointer, "path"))
