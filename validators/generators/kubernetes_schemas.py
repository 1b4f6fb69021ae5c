"""validators/schemas/kubernetes: kubernetes-validate's strict schemas of the kinds the library writes, without prose.

kubernetes-validate parses 1.8 MB for each object it judges; these are compiled once.
"""

import json
import re
from pathlib import Path
from typing import Any

import kubernetes_validate

from .. import objects, versions

OWNS = ("validators/schemas/kubernetes/*.json",)
GOLDENS = "tests/golden/apps/*.yaml"
_SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
_REFERENCE = re.compile(r"/api/_definitions\.json#/\$defs/")
_PROSE = {"description", "$schema", "x-kubernetes-group-version-kind"}


def files(root: Path) -> dict[str, str]:
    """Return one text for each supported version of Kubernetes: {"kinds": {"apps/v1 Deployment": schema}, "$defs",
    "refers": the names of the definitions that a kind needs}."""
    wanted = sorted({(item.api_version, item.kind) for path in root.glob(GOLDENS) for item in _parse(path)})
    return {f"validators/schemas/kubernetes/{version}.json": _bundle(version, wanted) for version in _versions()}


def _versions() -> tuple[str, ...]:
    return versions.KUBERNETES_SUPPORTED


def _parse(path: Path) -> list[objects.Object]:
    return objects.parse(path.read_bytes())


def _bundle(version: str, wanted: list[tuple[str, str]]) -> str:
    folder = _SCHEMAS / f"v{version}.0-local-strict"
    kinds = {}
    for api_version, kind in wanted:
        group, _, name = api_version.rpartition("/")
        path = folder / "-".join(filter(None, (kind, group.split(".")[0], name))).lower()
        if path.with_suffix(".json").exists():  # a custom resource isn't there
            kinds[f"{api_version} {kind}"] = _plain(json.loads(path.with_suffix(".json").read_text()))
    definitions = _plain(json.loads((folder / "_definitions.json").read_text())["$defs"])
    bundle = {
        "$defs": _referred(kinds, definitions),
        "kinds": kinds,
        "refers": {name: list(_referred(schema, definitions)) for name, schema in kinds.items()},
    }
    return json.dumps(bundle, indent=1, sort_keys=True) + "\n"


def _plain(schema: Any) -> Any:
    """Return a schema without prose, its references pointing into the same file."""
    if isinstance(schema, dict):
        return {
            key: _REFERENCE.sub("#/$defs/", value) if key == "$ref" and isinstance(value, str) else _plain(value)
            for key, value in schema.items()
            if key not in _PROSE or isinstance(value, dict)
        }
    return [_plain(part) for part in schema] if isinstance(schema, list) else schema


def _referred(schema: Any, definitions: dict[str, Any], found: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return those of the definitions that a schema refers to, directly or through others."""
    found = {} if found is None else found
    if isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str) and (name := reference.removeprefix("#/$defs/")) not in found:
            found[name] = definitions[name]
            _referred(found[name], definitions, found)
    for part in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _referred(part, definitions, found)
    return found
