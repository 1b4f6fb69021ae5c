"""The compiled schemas of schemas/, the API server's further checks among them, and what they say in words."""

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..policy.guess import near
from . import naming

if TYPE_CHECKING:
    import jsonschema_rs

FOLDER = Path(__file__).resolve().parent / "schemas"


@cache
def validator(api_version: str, kind: str) -> "jsonschema_rs.Validator | None":
    """Return the compiled schema of a kind, for all supported versions of Kubernetes.

    None for a kind that the library never writes.
    """
    key, bundle = f"{api_version} {kind}", _bundle()
    if key in _custom():
        path = FOLDER / "crds" / f"{kind}-{api_version.replace('/', '-')}.json".lower()
        return _compiled(json.loads(path.read_bytes()))
    if schema := bundle["kinds"].get(key):
        # Compiling all definitions would take three times as long.
        return _compiled({**schema, "$defs": {name: bundle["$defs"][name] for name in bundle["refers"][key]}})
    return None


@cache
def served() -> dict[str, dict[str, list[str]]]:
    """Return group -> kind -> apiVersions: what every supported Kubernetes serves, and the custom resources here."""
    found: dict[str, dict[str, list[str]]] = {}
    for api_version, kind in sorted(entry.split(" ") for entry in (*_bundle()["served"], *_custom())):
        found.setdefault(api_version.rpartition("/")[0], {}).setdefault(kind, []).append(api_version)
    return found


def message(error: "jsonschema_rs.ValidationError") -> str:
    """Return what an error says, for people, where the library's own words are for schemas' authors."""
    kind, instance = error.kind, error.instance
    match kind.name:
        case "propertyNames" if names := _names(error):
            return f"{_short(kind.error.instance)} isn't one of {', '.join(names)}"
        case "propertyNames":
            return message(kind.error)
        case "format" if kind.format in naming.FORMATS:
            return f"{_short(instance)} {naming.FORMATS[kind.format](instance)}"
        case "enum":
            return f"{_short(instance)} isn't one of {', '.join(str(option) for option in kind.options)}"
        case "const":
            return f"{_short(instance)} must be {kind.expected_value}"
        case "falseSchema":
            return f"{error.instance_path[-1]} isn't allowed here"
        case "maxProperties":
            return f"has {' and '.join(sorted(instance))}, which exclude each other"
        case "not" if "required" in kind.schema:
            return f"has {' and '.join(kind.schema['required'])}, which exclude each other"
        case "oneOf" | "anyOf" if names := _required(kind.context):
            return f"has not one of {', '.join(names)}"
    return error.message


def likely(error: "jsonschema_rs.ValidationError") -> str:
    """Return the name that a wrong one of a mapping is likely to mean, "" where there is none."""
    return near(error.kind.error.instance, _names(error)) if error.kind.name == "propertyNames" else ""


def _names(error: "jsonschema_rs.ValidationError") -> list[str]:
    """Return the names that a mapping's keys may have, as far as its pattern spells them out: of `^(cpu|memory|.+/.+)$` two."""
    inner = error.kind.error.kind
    choice = re.fullmatch(r"\^\(([^()]*)\)\$", inner.pattern) if inner.name == "pattern" else None
    return [name for name in choice[1].split("|") if re.fullmatch(r"[a-z-]+", name)] if choice else []


def _required(context: list[list[Any]]) -> list[str]:
    """Return the properties that the branches of a choice ask for."""
    errors = [error for branch in context for error in branch]
    return [error.kind.property for error in errors if error.kind.name == "required"]


def _short(value: Any) -> str:
    return repr(value)[:80]


class _UniqueBy:
    """The keyword `uniqueBy: [fields]`: no two items of a list may have these fields alike."""

    def __init__(self, parent: dict, fields: list[str], path: list) -> None:
        self.fields = fields

    def validate(self, items: Any) -> None:
        rows = [[row.get(field) for field in self.fields] for row in items or () if isinstance(row, dict)]
        for row in rows:
            if rows.count(row) > 1:
                raise ValueError(f"there are two with {self.fields[0]} {row[0]}")


def _compiled(schema: dict) -> "jsonschema_rs.Validator":
    import jsonschema_rs  # only where something is judged: a hook starts faster without it

    checks = {name: lambda value, check=check: not check(value) for name, check in naming.FORMATS.items()}
    keywords = {"uniqueBy": _UniqueBy}
    return jsonschema_rs.validator_for(schema, formats=checks, validate_formats=True, keywords=keywords)


@cache
def _bundle() -> dict:
    return json.loads((FOLDER / "kubernetes.json").read_bytes())


@cache
def _custom() -> frozenset[str]:
    """Return "<group>/<version> <kind>" of the custom resources that the library writes."""
    return frozenset(json.loads((FOLDER / "crds.json").read_bytes()))
