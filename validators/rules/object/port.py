"""A port that the API server refuses.

What: ports outside of 1 to 65535, names of more than 15 characters or with other than a-z, 0-9 and `-`, the same port
or name twice in a pod or Service, a Service with several ports of which one has no name, protocols other than TCP, UDP
and SCTP.
Why: the API server refuses the object; two containers on one port start, and the second one fails to listen.

Bad:

    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      ports:
        - name: http
          port: 80
        - name: http
          port: 8080

Good:

    apiVersion: v1
    kind: Service
    metadata:
      name: web
    spec:
      ports:
        - name: http
          port: 80
        - name: metrics
          port: 8080

Fix: give each port a number and a name of its own.
"""

from collections.abc import Iterator
from typing import Any

from ...app.app import App
from ...kubernetes import naming
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "port"
HINT = "give each port a number from 1 to 65535 and a short name of its own"
COVERS = ("kube-linter:invalid-target-ports", "kube-score:container-ports-check")

_PROTOCOLS = ("TCP", "UDP", "SCTP")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with the ports of containers, Services and NetworkPolicies."""
    if obj.kind == "Service":
        yield from _service(obj)
    elif obj.kind == "NetworkPolicy":
        for direction in ("ingress", "egress"):
            for index in range(len(obj.sequence("spec", direction))):
                yield from _policy(obj, ("spec", direction, index, "ports"))
    taken: dict[tuple, str] = {}
    names: set[str] = set()
    for container in obj.containers():
        if container.pointer[-2] == "containers" or container.data.get("restartPolicy") == "Always":
            yield from _container(obj, (*container.pointer, "ports"), container.name, taken, names)


def _container(
    obj: Object, pointer: Pointer, container: str, taken: dict[tuple, str], names: set[str]
) -> Iterator[Problem]:
    for row, at in _rows(obj, pointer):
        port, protocol = row.get("containerPort"), row.get("protocol", "TCP")
        yield from _row(obj, at, row, ("containerPort", "hostPort"))
        yield from _name(obj, at, row, names)
        first = taken.setdefault((str(port), str(protocol)), container)
        if first != container:
            yield Problem(f"port {port} is container {first}'s already", obj, (*at, "containerPort"))
    numbers = [(str(row.get("containerPort")), str(row.get("protocol", "TCP"))) for row, _ in _rows(obj, pointer)]
    for number in sorted({number for number in numbers if numbers.count(number) > 1}):
        yield Problem(f"port {number[0]}/{number[1]} stands there twice", obj, pointer, hint="delete one")


def _service(obj: Object) -> Iterator[Problem]:
    names: set[str] = set()
    numbers: set[tuple] = set()
    rows = list(_rows(obj, ("spec", "ports")))
    for row, at in rows:
        yield from _row(obj, at, row, ("port", "nodePort"))
        yield from _port(obj, (*at, "targetPort"), row.get("targetPort"), named=True)
        yield from _name(obj, at, row, names, label=True)
        if len(rows) > 1 and not row.get("name"):
            yield Problem("a port has no name, which a Service with several needs", obj, at, hint="add name")
        number = (str(row.get("port")), str(row.get("protocol", "TCP")))
        if number in numbers:
            yield Problem(f"port {number[0]}/{number[1]} stands there twice", obj, (*at, "port"), hint="delete one")
        numbers.add(number)


def _policy(obj: Object, pointer: Pointer) -> Iterator[Problem]:
    for row, at in _rows(obj, pointer):
        yield from _row(obj, at, row, ("endPort",))
        yield from _port(obj, (*at, "port"), row.get("port"), named=True)
        port, end = row.get("port"), row.get("endPort")
        if isinstance(end, int) and (not isinstance(port, int) or end < port):
            yield Problem(f"endPort {end} isn't after a port that is a number", obj, (*at, "endPort"))


def _rows(obj: Object, pointer: Pointer) -> Iterator[tuple[dict, Pointer]]:
    for index, row in enumerate(obj.sequence(*pointer)):
        if isinstance(row, dict):
            yield row, (*pointer, index)


def _row(obj: Object, at: Pointer, row: dict, fields: tuple[str, ...]) -> Iterator[Problem]:
    for field in fields:
        yield from _port(obj, (*at, field), row.get(field))
    protocol = row.get("protocol", "TCP")
    if protocol not in _PROTOCOLS:
        yield Problem(f"the protocol {str(protocol)[:20]!r} isn't one", obj, (*at, "protocol"), hint="write TCP")


def _port(obj: Object, pointer: Pointer, port: Any, *, named: bool = False) -> Iterator[Problem]:
    if isinstance(port, int) and not isinstance(port, bool):
        if not 1 <= port <= 65535:
            yield Problem(f"{port} isn't a port", obj, pointer, hint="write 1 to 65535")
    elif isinstance(port, str) and not named:
        yield Problem(f"port {port[:40]!r} isn't a number", obj, pointer, hint="write 1 to 65535, without quotes")
    elif isinstance(port, str) and (wrong := naming.port_name(port)):
        hint = f"write {port}, without quotes" if port.isdecimal() else ""
        yield Problem(f"the name {port[:40]!r} of a port {wrong}", obj, pointer, hint=hint)


def _name(obj: Object, at: Pointer, row: dict, names: set[str], *, label: bool = False) -> Iterator[Problem]:
    name = row.get("name")
    if not isinstance(name, str) or not name:
        return
    if wrong := (naming.dns_label if label else naming.port_name)(name):
        yield Problem(f"the name {name[:40]!r} of a port {wrong}", obj, (*at, "name"))
    if name in names:
        yield Problem(f"there are two ports named {name}", obj, (*at, "name"))
    names.add(name)
