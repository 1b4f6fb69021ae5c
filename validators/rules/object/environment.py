"""A container's variables that the API server refuses, or of which one silently wins.

What: the same variable twice with different values, names that aren't variables, both `value` and `valueFrom`, a
`$(NAME)` that no earlier variable explains, the same variable in one container twice.
Why: of two values the last one counts, which is seldom the one that was meant. A `$(NAME)` that nothing explains
stays in the value as it is: the app connects to a database host called `$(PGHOST)`.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              env:
                - {name: DB_HOST, value: $(PGHOST)}
                - {name: PGHOST, value: database-rw}

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              env:
                - {name: PGHOST, value: database-rw}
                - {name: DB_HOST, value: $(PGHOST)}

Fix: keep one of them; write a variable after those that it is made of; `$$(NAME)` where the text itself is meant.
"""

import re
from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...kubernetes import naming
from ...render.objects import Container, Object
from ...sources.loader import Pointer
from .. import Problem

ID = "environment"
KINDS = WORKLOADS
HINT = "keep one of them"
COVERS = ("kube-linter:duplicate-env-var", "kube-score:environment-variable-key-duplication")

_EXPANSION = re.compile(r"\$(\$|\(([-._A-Za-z][-._A-Za-z0-9]*)\))")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with the variables of each container."""
    for container in obj.containers():
        yield from _container(obj, app, container)


def _container(obj: Object, app: App, container: Container) -> Iterator[Problem]:
    known = _from_maps(obj, app, container)
    seen: dict[str, dict] = {}
    for index, row in enumerate(obj.sequence(*container.pointer, "env")):
        pointer = (*container.pointer, "env", index)
        name = row.get("name") if isinstance(row, dict) else None
        if wrong := naming.environment(name):
            yield Problem(
                f"the variable {str(name)[:80]!r} {wrong}", obj, (*pointer, "name"), hint="write a name, A_Z and _"
            )
            continue
        if row.get("value") and row.get("valueFrom"):
            yield Problem(f"{name} has both value and valueFrom", obj, pointer)
        if name in seen:
            again = "twice" if seen[name] == row else "twice, with different values: the last one counts"
            yield Problem(f"{name} is set {again}", obj, (*pointer, "name"))
        seen[name] = row
        if known is not None:
            yield from _expansions(obj, pointer, row, known)
            known.add(name)


def _expansions(obj: Object, pointer: Pointer, row: dict, known: set[str]) -> Iterator[Problem]:
    value = row.get("value")
    for match in _EXPANSION.finditer(value) if isinstance(value, str) else ():
        if match[2] and match[2] not in known:
            message = f"{row['name']} refers to $({match[2]}), which isn't set before it"
            hint = f"write {match[2]} above it, or $$({match[2]}) where the text itself is meant"
            yield Problem(message, obj, (*pointer, "value"), hint=hint)


def _from_maps(obj: Object, app: App, container: Container) -> set[str] | None:
    """Return the variables that envFrom sets, None where it names something that isn't rendered."""
    known: set[str] = set()
    for index in range(len(obj.sequence(*container.pointer, "envFrom"))):
        source = obj.mapping(*container.pointer, "envFrom", index)
        prefix = source.get("prefix") if isinstance(source.get("prefix"), str) else ""
        for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "SealedSecret")):
            reference = source.get(field)
            if not isinstance(reference, dict):
                continue
            target = app.find(kind, str(reference.get("name")))
            if target is None:
                return None
            keys = {**target.mapping("data"), **target.mapping("spec", "encryptedData")}
            known.update(f"{prefix}{key}" for key in {**keys, **target.mapping("spec", "template", "data")})
    return known
