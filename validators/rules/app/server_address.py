"""A server that is started without an address that pods can be reached at, or on another port.

What: gunicorn, uvicorn, hypercorn, daphne, granian, waitress, runserver and the like in command or args, without the
option that says on which address they listen, or with a port that isn't the container's.
Why: their defaults are 127.0.0.1, which nobody outside the container reaches, or 0.0.0.0, which is IPv4 only. The
server starts and says that it listens, and neither probes nor visitors reach it. A configuration file in the image may
say more than the command does, so this is a warning.
On a cluster of IPv4 alone (`ipv4: true` in overlays/cluster/facts.yaml) a default of 0.0.0.0 isn't reported.

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
              args: [gunicorn, shop.wsgi]

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

Fix: write the address and the port that the message names, [::] and 8000.
"""

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from ...app.app import App
from ...finding import WARNING
from ...render.objects import Container, Object
from ...sources import cluster
from .. import Problem, _pods

ID = "server-address"
SEVERITY = WARNING
HINT = "write the address [::] and port 8000"


class Server(NamedTuple):
    """How a server is told where to listen. `says`: an option, its short form or a variable, as a pattern of a word."""

    default: str
    says: str
    write: str
    variables: tuple[str, ...] = ()
    """Variables that say it as well."""


# The defaults as the servers' own documentation has them.
_SERVERS = {
    "gunicorn": Server(
        "127.0.0.1", r"-b.*|--bind(=.*)?|-c.*|--config(=.*)?", "--bind [::]:8000", ("GUNICORN_CMD_ARGS",)
    ),
    "uvicorn": Server(
        "127.0.0.1", r"--host(=.*)?|--uds(=.*)?|--fd(=.*)?", "--host ::", ("UVICORN_HOST", "UVICORN_UDS")
    ),
    "hypercorn": Server("127.0.0.1", r"-b.*|--bind(=.*)?|-c.*|--config(=.*)?", "--bind [::]:8000"),
    "daphne": Server(
        "127.0.0.1", r"-b.*|--bind(=.*)?|-e.*|--endpoint(=.*)?|-u.*|--unix-socket(=.*)?|--fd(=.*)?", "-b ::"
    ),
    "granian": Server("127.0.0.1", r"--host(=.*)?|--uds(=.*)?", "--host ::", ("GRANIAN_HOST", "GRANIAN_UDS")),
    "waitress-serve": Server("0.0.0.0", r"--listen=.*|--host=.*|--unix-socket=.*", "--listen=[::]:8000"),  # noqa: S104
    "runserver": Server("127.0.0.1", r"\[.*|.*:\d+|\$.*", "[::]:8000"),
    "runserver_plus": Server("127.0.0.1", r"\[.*|.*:\d+|\$.*", "[::]:8000"),
}
_MODULES = {"waitress": "waitress-serve"}
_BOUND = ("-b", "--bind", "--listen")
_TOGETHER = re.compile(r"(--[a-z-]+(?==)|-[a-z])=?(.+)")
"""An option and its value in one word."""
_NUMBERS = ("-p", "--port")
_POSITIONAL = ("runserver", "runserver_plus")
_ADDRESS = re.compile(r"(?:\[[0-9a-fA-F:.]*\]:|[^:\[\]/]*:)?(\d+)")
"""The port of an address: [::]:8000, localhost:8000, :8000, 8000; none in ::1."""
_SEPARATORS = re.compile(r"[;&|]+")


def check(app: App) -> Iterator[Problem]:
    """Yield each server that isn't told where to listen."""
    for obj in app.of_kind("Deployment"):
        for container in obj.containers() if obj.runs_customer_image else ():
            yield from _container(app, obj, container)


def _container(app: App, obj: Object, container: Container) -> Iterator[Problem]:
    lines = {field: _pods.command_line(container.data.get(field)) for field in ("command", "args")}
    reached = ("0.0.0.0",) if cluster.ipv4(app.library) else ()  # noqa: S104
    for words in _commands(" ".join(filter(None, lines.values()))):
        name, given = _server(words)
        server = _SERVERS.get(name)
        if server and server.default not in reached and not _says(server, given, _variables(app, container)):
            field = "command" if name.partition("-")[0] in lines["command"] else "args"
            message = f"{name} listens on {server.default} by itself, where no visitor gets"
            yield Problem(message, obj, (*container.pointer, field), hint=f"write {server.write} for {name}")
        elif server and (ports := _other_ports(name, given, container)):
            field = "args" if given and given[0] in lines["args"] else "command"
            message = f"{name} listens on port {ports.said}, and visitors and probes go to {ports.known}"
            yield Problem(message, obj, (*container.pointer, field), hint=f"write {ports.known} instead")


def _commands(line: str) -> Iterator[list[str]]:
    """Yield the commands of a line, those inside `sh -c '...'` among them, as words."""
    for part in _SEPARATORS.split(line):
        try:
            yield shlex.split(part)
        except ValueError:
            yield part.split()


def _server(words: list[str]) -> tuple[str, list[str]]:
    """Return the server that a command starts and the words after it; "" where it starts none."""
    for index, word in enumerate(words):
        name = word.rpartition("/")[2]
        if index and words[index - 1] == "-m":
            name = _MODULES.get(name, name)
        if name in _SERVERS:
            return name, words[index + 1 :]
        if name in ("pip", "echo", "which", "celery"):
            break
    return "", []


def _says(server: Server, given: list[str], variables: dict[str, str]) -> bool:
    said = any(re.fullmatch(server.says, word) for word in given)
    return said or any(name in variables for name in server.variables)


class _Ports(NamedTuple):
    """The port that a server is told, and the one that its container is known to have."""

    said: str
    known: str


def _other_ports(name: str, given: list[str], container: Container) -> _Ports | None:
    """Return the ports where a server is told another than its container's."""
    rows = container.data.get("ports")
    known = [str(row.get("containerPort")) for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict)]
    said = list(_ports(name, given))
    return _Ports(said[0], known[0]) if known and said and set(known).isdisjoint(said) else None


def _ports(name: str, given: list[str]) -> Iterator[str]:
    """Yield the ports that a server's words name: `--bind [::]:8000`, `-b:8000`, `--port=8000`, `runserver 8000`."""
    for before, word in pairwise(("", *given)):
        together = _TOGETHER.fullmatch(word)
        option, value = together.groups() if together else (before, word)
        if option in _BOUND and (found := _ADDRESS.fullmatch(value)):
            yield found[1]
        elif option in _NUMBERS and value.isdigit():
            yield value
        elif name in _POSITIONAL and (found := _ADDRESS.fullmatch(word)):
            yield found[1]


def _variables(app: App, container: Container) -> dict[str, str]:
    """Return what is known of a container's variables: its own, and those of app-config."""
    rows = container.data.get("env")
    own = {str(row.get("name")): "" for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict)}
    configured = app.find("ConfigMap", "app-config")
    return {**(configured.mapping("data") if configured else {}), **own}
