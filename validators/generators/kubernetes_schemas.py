"""validators/schemas/kubernetes: kubernetes-validate's strict schemas of the kinds the library writes, without prose.

kubernetes-validate parses 1.8 MB for each object it judges; these are compiled once. What the API server checks beyond
them is added from validators/schemas/kubernetes.yaml.
"""

import json
import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

from .. import objects, versions
from .schemas import add

OWNS = ("validators/schemas/kubernetes/*.json",)
GOLDENS = "tests/golden/apps/*.yaml"
ADDITIONS = Path("validators") / "schemas" / "kubernetes.yaml"
_SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
_REFERENCE = re.compile(r"/api/_definitions\.json#/\$defs/")
_PROSE = {"description", "$schema", "x-kubernetes-group-version-kind"}


def files(root: Path) -> dict[str, str]:
    """Return one text for each supported version of Kubernetes: {"kinds": {"apps/v1 Deployment": schema}, "$defs"}.

    "refers" has the names of the definitions that a kind needs, "served" all kinds that there are. Raises LookupError for
    an addition to something that isn't there.
    """
    additions = yaml.safe_load((root / ADDITIONS).read_text(encoding="utf-8"))
    wanted = sorted({(item.api_version, item.kind) for path in root.glob(GOLDENS) for item in _parse(path)})
    return {
        f"validators/schemas/kubernetes/{version}.json": _bundle(version, wanted, additions) for version in _versions()
    }


def _versions() -> tuple[str, ...]:
    return versions.KUBERNETES_SUPPORTED


def _parse(path: Path) -> list[objects.Object]:
    return objects.parse(path.read_bytes())


def _bundle(version: str, wanted: list[tuple[str, str]], additions: dict[str, Any]) -> str:
    folder = _SCHEMAS / f"v{version}.0-local-strict"
    kinds = {}
    for api_version, kind in wanted:
        group, _, name = api_version.rpartition("/")
        path = folder / "-".join(filter(None, (kind, group.split(".")[0], name))).lower()
        if path.with_suffix(".json").exists():  # a custom resource isn't there
            kinds[f"{api_version} {kind}"] = _plain(json.loads(path.with_suffix(".json").read_text()))
    definitions = json.loads((folder / "_definitions.json").read_text())["$defs"]
    kept = _referred(kinds, _plain(definitions))
    for name, addition in additions.items():
        add((kinds if " " in name else kept)[name if " " in name else f"io.k8s.{name}"], addition)
    bundle = {
        "$defs": kept,
        "kinds": kinds,
        "refers": {name: list(_referred(schema, kept)) for name, schema in kinds.items()},
        "served": sorted(name for definition in definitions.values() for name in _names(definition)),
    }
    return json.dumps(bundle, indent=1, sort_keys=True) + "\n"


def _names(definition: dict[str, Any]) -> list[str]:
    """Return "apps/v1 Deployment" for the definition of a kind."""
    rows = definition.get("x-kubernetes-group-version-kind", [])
    return [f"{row['group']}/{row['version']} {row['kind']}".lstrip("/") for row in rows]


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
