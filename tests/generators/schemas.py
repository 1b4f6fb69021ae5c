"""validators/kubernetes/schemas/crds: JSON schemas of the custom resources the library writes, from the operators' definitions.

Strict: an unknown field is an error, where the API server would drop it in silence. CEL rules aren't in them; those that
the library's objects could break are added from validators/kubernetes/schemas/crds.yaml.
"""

import copy
import json
from pathlib import Path
from typing import Any

import yaml

OWNS = ("validators/kubernetes/schemas/crds/*.json", "validators/kubernetes/schemas/crds.json")
DEFINITIONS = Path(".tools") / "crds"
ADDITIONS = Path("validators") / "kubernetes" / "schemas" / "crds.yaml"
_METADATA = ("annotations", "creationTimestamp", "finalizers", "labels", "name", "namespace")
"""What a manifest in git says of its metadata; the rest is the API server's to write."""
_KEPT = {"type", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}
_KEPT |= {"required", "minProperties", "maxProperties", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum"}


def files(root: Path) -> dict[str, str]:
    """Return a schema for each version of each definition in .tools/crds, named <kind>-<group>-<version>.json.

    crds.json lists what they are for: "<group>/<version> <kind>".
    """
    found = sorted((root / DEFINITIONS).glob("*.yaml"))
    if not found:
        raise FileNotFoundError(f"{root / DEFINITIONS}: no definitions; run `make setup`")
    additions = yaml.safe_load((root / ADDITIONS).read_text(encoding="utf-8"))
    made, served = {}, []
    for path in found:
        definition = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)["spec"]
        kind, group = definition["names"]["kind"], definition["group"]
        for version in definition["versions"]:
            name = f"{kind}-{group}-{version['name']}".lower()
            served.append(f"{group}/{version['name']} {kind}")
            schema = _object(version["schema"]["openAPIV3Schema"], kind, f"{group}/{version['name']}")
            add(schema, additions.get(f"{kind}-{group}".lower(), {}))
            made[f"validators/kubernetes/schemas/crds/{name}.json"] = (
                json.dumps(schema, indent=1, sort_keys=True) + "\n"
            )
    made["validators/kubernetes/schemas/crds.json"] = json.dumps(sorted(served), indent=1) + "\n"
    return made


def add(schema: dict[str, Any], addition: dict[str, Any]) -> None:
    """Merge an addition into a schema: mappings key by key, lists of required properties together, all else new.

    Raises LookupError for a property that the schema doesn't have, where it has properties.
    """
    known = schema.get("properties")
    if known and (unknown := addition.get("properties", {}).keys() - known.keys()):
        raise LookupError(f"an addition to {min(unknown)}, which isn't there")
    for key, value in addition.items():
        if isinstance(value, dict) and isinstance(schema.get(key), dict) and key not in ("if", "then", "else", "not"):
            add(schema[key], value)
        elif key == "required":
            schema[key] = sorted({*schema.get(key, []), *value})
        else:
            schema[key] = copy.deepcopy(value)


def _object(schema: dict, kind: str, api_version: str) -> dict:
    strict = _strict(schema)
    strict["properties"] |= {
        "apiVersion": {"const": api_version},
        "kind": {"const": kind},
        "metadata": {
            "type": "object",
            "required": ["name"],
            "properties": {name: {} for name in _METADATA},
            "additionalProperties": False,
        },
    }
    strict["required"] = sorted({*strict.get("required", []), "apiVersion", "kind", "metadata"})
    return {"$schema": "http://json-schema.org/draft-07/schema#"} | strict


def _strict(schema: dict) -> dict[str, Any]:
    """Turn a structural OpenAPI schema into a JSON schema that refuses unknown fields."""
    made: dict[str, Any] = {key: value for key, value in schema.items() if key in _KEPT}
    if "(?" in made.get("pattern", ""):  # Go's inline flags are no part of JSON schema's patterns
        del made["pattern"]
    for key in ("anyOf", "oneOf", "allOf"):  # in a structural schema these hold no new fields
        if key in schema:
            made[key] = [_constraint(part) for part in schema[key]]
    if "not" in schema:
        made["not"] = _constraint(schema["not"])
    if "items" in schema:
        made["items"] = _strict(schema["items"])
    if "properties" in schema:
        made["properties"] = {name: _strict(part) for name, part in schema["properties"].items()}
    if "required" in made:  # what has a default is filled in before it is asked for
        parts = schema.get("properties", {})
        made["required"] = [name for name in made["required"] if "default" not in parts.get(name, {})]
    if isinstance(schema.get("additionalProperties"), dict):
        made["additionalProperties"] = _strict(schema["additionalProperties"])
    elif "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made["additionalProperties"] = False
    if schema.get("x-kubernetes-int-or-string"):
        made.setdefault("anyOf", [{"type": "integer"}, {"type": "string"}])
    if schema.get("nullable") and "type" in made:
        made["type"] = [made["type"], "null"]
    return made


def _constraint(schema: dict) -> dict[str, Any]:
    return _open(_strict(schema))


def _open(schema: Any) -> Any:
    """Return a schema without its refusal of unknown fields."""
    if isinstance(schema, dict):
        return {key: _open(value) for key, value in schema.items() if (key, value) != ("additionalProperties", False)}
    if isinstance(schema, list):
        return [_open(value) for value in schema]
    return schema
