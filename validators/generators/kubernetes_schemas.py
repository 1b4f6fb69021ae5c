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

    "served" lists all kinds that there are. Raises LookupError for an addition to something that isn't there.
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
    kept: dict[str, Any] = {}
    _collect(kinds, definitions, kept)
    for name, addition in additions.items():
        add((kinds if " " in name else kept)[name if " " in name else f"io.k8s.{name}"], addition)
    served = sorted(name for definition in definitions.values() for name in _names(definition))
    return json.dumps({"$defs": kept, "kinds": kinds, "served": served}, indent=1, sort_keys=True) + "\n"


def _names(definition: dict[str, Any]) -> list[str]:
    """Return "apps/v1 Deployment" for the definition of a kind."""
    rows = definition.get("x-kubernetes-group-version-kind", [])
    return [f"{row['group']}/{row['version']} {row['kind']}".lstrip("/") for row in rows]


def _plain(schema: Any) -> Any:
    """Return a schema without prose, its references pointing into the same file."""
    if isinstance(schema, dict):
        return {
            key: _REFERENCE.sub("#/$defs/", value) if key == "$ref" else _plain(value)
            for key, value in schema.items()
            if key not in _PROSE or isinstance(value, dict)
        }
    return [_plain(part) for part in schema] if isinstance(schema, list) else schema


def _collect(schema: Any, definitions: dict[str, Any], kept: dict[str, Any]) -> None:
    """Add to `kept` all definitions that a schema refers to."""
    if isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str) and (name := reference.removeprefix("#/$defs/")) not in kept:
            kept[name] = _plain(definitions[name])
            _collect(kept[name], definitions, kept)
        for part in schema.values():
            _collect(part, definitions, kept)
    elif isinstance(schema, list):
        for part in schema:
            _collect(part, definitions, kept)
