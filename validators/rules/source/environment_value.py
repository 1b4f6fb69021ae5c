"""A variable that the container sees otherwise than it reads.

What: quotes around a value, a comment behind it, blanks before or after it, a backslash at the end of the line;
`$(OTHER)`, `${OTHER}` and `$OTHER`, which nobody replaces; PORT, and names that the platform sets itself.
Why: kustomize takes what stands behind the `=` as it is. Many programs that read such files take quotes and comments
away and put in other variables; the container gets them as text: `DEBUG="False"` is on, and a database host called
`$(PGHOST)` isn't found.

Bad:

    # file: app.env
    DEBUG="False"
    # file: kustomization.yaml
    resources:
      - ../../../../base
    configMapGenerator:
      - {name: app-config, behavior: merge, envs: [app.env]}

Good:

    # file: app.env
    DEBUG=False
    # file: kustomization.yaml
    resources:
      - ../../../../base
    configMapGenerator:
      - {name: app-config, behavior: merge, envs: [app.env]}

Fix: write the value as the container shall see it; for another variable's value, a patch.
"""

import re
from collections.abc import Iterator

from ...app.sources import Sources
from ...finding import WARNING
from ...sources import values
from ...sources.library import BASE, Library
from .. import Problem, _environment
from .._environment import Variable

ID = "environment-value"
SEVERITY = WARNING
HINT = "write the value as the container shall see it"

_QUOTES = {'"': '"', "'": "'", "`": "`", "\u201c": "\u201d", "\u201e": "\u201c", "\u2018": "\u2019", "\u00ab": "\u00bb"}
_COMMENT = re.compile(r"[ \t]#")
# A name in capitals: ${levelname} is a format of Python's.
_REFERENCE = re.compile(r"\$\(|\$\{[A-Z_][A-Z0-9_]*[}:]|\$[A-Z_][A-Z0-9_]+(?![A-Za-z0-9])")
_NAME = re.compile(r"\$[({]?([A-Za-z_][A-Za-z0-9_]*)")
_ENV = "/spec/template/spec/containers/0/env/-"
_PORT = "8000"


def check(app: Sources) -> Iterator[Problem]:
    """Yield each variable that isn't what it looks like."""
    taken = _platform_names(app.library)
    for variable in _environment.variables(app):
        message, hint = _name(taken, variable) or _value(variable) or ("", "")
        if message:
            yield Problem(message, place=variable.place, hint=hint)


def _name(taken: frozenset[str], variable: Variable) -> tuple[str, str] | None:
    """Return what is wrong with the name, and what to write."""
    if variable.name in taken:
        message = f"the container doesn't see this {variable.name}: the platform sets one, which wins"
        return message, f"delete the line; another value needs a patch of env, or another name than {variable.name}"
    if variable.name == "PORT" and variable.seen.strip() != _PORT:
        message = (
            f"PORT is {_shown(variable.seen)}, and requests and probes go to {_PORT}: the site would not be reached"
        )
        return message, "delete the line"
    return None


def _value(variable: Variable) -> tuple[str, str] | None:
    """Return what is wrong with the value, and what to write."""
    name, seen = variable.name, variable.seen
    bare = seen.strip()
    if (inner := _unquoted(bare)) is not None:
        hint = _write(name, inner) if variable.literal or not _COMMENT.search(inner) else _literal(name, inner)
        return f"the container sees {name} with its quotes: {_shown(bare)}", hint
    comment = None if variable.literal else _before_comment(seen)
    if comment is not None:
        hint = f"{_write(name, comment)}, and the comment in a line of its own; is it none, {_literal(name, bare)}"
        return f"the container sees {name} with the comment: {_shown(bare)}", hint
    if reference := _REFERENCE.search(seen):
        return _reference(name, seen, reference[0])
    if bare != seen:
        side = "before" if not seen.startswith(bare) else "after"
        return f"the container sees {name} with the blank {side} it: {_shown(seen)}", _write(name, bare)
    if seen.endswith("\\"):
        hint = f"write the whole value in this line: {name}=... without \\"
        return f"the container sees the backslash that ends {name}: a value is one line", hint
    return None


def _before_comment(value: str) -> str | None:
    """Return what stands before a comment, without the quotes around it; None where there is no comment."""
    bare = value.strip()
    quoted = bare.find(_QUOTES[bare[0]], 1) if bare and bare[0] in _QUOTES else -1
    found = _COMMENT.search(value, max(quoted, 0))
    if not found or bare.startswith(("{", "[")):
        return None
    before = value[: found.start()].strip()
    inner = _unquoted(before)
    return before if inner is None else inner


def _unquoted(value: str) -> str | None:
    """Return what is in the quotes around a value; None where there are none, or more than one pair."""
    if len(value) < 2 or _QUOTES.get(value[0]) != value[-1]:
        return None
    inner = value[1:-1]
    if value[-1] in inner.replace("\\" + value[-1], ""):
        return None
    return inner.replace("\\" + value[-1], value[-1]).strip()


def _reference(name: str, seen: str, reference: str) -> tuple[str, str]:
    """Return what to say of another variable's name in a value."""
    other = _NAME.search(seen, seen.index(reference))
    what = other[1] if other else ""
    if not what or (reference == "$(" and f"$({what})" not in seen):
        return f"the container sees {name} as {_shown(seen)}: nobody runs a command for it", f"write {name}=... itself"
    value = seen.replace("${" + what + "}", f"$({what})")
    value = re.sub(rf"\${what}(?![A-Za-z0-9_])", f"$({what})", value)
    text = value if not re.search(r"[:#{}\[\],&*?|<>=!%@\"'` ]", value) else '"' + value.replace('"', '\\"') + '"'
    patch = f"- {{op: add, path: {_ENV}, value: {{name: {name}, value: {text}}}}}"
    message = f"the container sees {name} as {_shown(seen)}: nobody puts the value of {what} in"
    return message, f"delete the line, and write into a patch of Deployment|Job (docs/customer-guide.md): {patch}"


def _write(name: str, value: str) -> str:
    return f"write {name}={_clipped(value)}"


def _literal(name: str, value: str) -> str:
    text = f"{name}={_clipped(value)}".replace("'", "''")
    return f"write it under literals in kustomization.yaml: - '{text}'"


def _shown(value: str) -> str:
    return repr(_clipped(value))


def _clipped(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:57]}..."


def _platform_names(library: Library) -> frozenset[str]:
    """Return the variables that base gives container web itself: they win over those of a ConfigMap."""
    web = library.part(BASE).document("web/deployment.yaml").value
    pod = values.mapping(values.mapping(values.mapping(web, "spec"), "template"), "spec")
    rows = (row for container in values.mappings(pod, "containers") for row in values.mappings(container, "env"))
    return frozenset(str(row.get("name")) for row in rows)
