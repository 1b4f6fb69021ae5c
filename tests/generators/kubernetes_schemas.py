"""The strict schemas of validators/kubernetes/schemas/: kubernetes-validate's, of the kinds we write, without prose.

They take what every supported version of Kubernetes takes. kubernetes-validate parses 1.8 MB for each object that it
judges, and judges for one version; these are compiled once. What the API server checks beyond them is added from
validators/kubernetes/schemas/kubernetes.yaml.
"""

import json
import re
from functools import reduce
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml

from validators.kubernetes import versions
from validators.render import objects

from .schemas import add

OWNS = ("validators/kubernetes/schemas/kubernetes.json",)
GOLDENS = "tests/golden/apps/*.yaml"
MANIFESTS = "components/**/*.yaml"
_NOT_KUBERNETES = ("kustomize.config.k8s.io/", "hosting.ungleich.ch/")
ADDITIONS = Path("validators") / "kubernetes" / "schemas" / "kubernetes.yaml"
_SCHEMAS = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
_REFERENCE = re.compile(r"/api/_definitions\.json#/\$defs/")
_PROSE = {"description", "$schema", "x-kubernetes-group-version-kind"}


def files(root: Path) -> dict[str, str]:
    """Return the text: {"kinds": {"apps/v1 Deployment": schema}, "$defs": ..}.

    "refers" has the names of the definitions that a kind needs, "served" all kinds that there are. Raises LookupError for
    an addition to something that isn't there, ValueError where two versions can't be told in one schema.
    """
    additions = yaml.safe_load((root / ADDITIONS).read_text(encoding="utf-8"))
    made = {(item.api_version, item.kind) for path in root.glob(GOLDENS) for item in _parse(path)}
    wanted = sorted(made | {pair for path in root.glob(MANIFESTS) for pair in _kinds(path)})
    every = [_bundle(version, wanted, additions) for version in versions.KUBERNETES_SUPPORTED]
    kinds = {name: reduce(both, (one["kinds"][name] for one in every)) for name in every[0]["kinds"]}
    names = set.intersection(*(set(one["$defs"]) for one in every))
    kept = _referred(kinds, {name: reduce(both, (one["$defs"][name] for one in every)) for name in names})
    bundle = {
        "$defs": kept,
        "kinds": kinds,
        "refers": {name: sorted(_referred(schema, kept)) for name, schema in kinds.items()},
        "served": sorted(set.intersection(*(one["served"] for one in every))),
    }
    return {"validators/kubernetes/schemas/kubernetes.json": json.dumps(bundle, indent=1, sort_keys=True) + "\n"}


def _kinds(path: Path) -> set[tuple[str, str]]:
    """Return the versions and kinds of the objects that a component's file holds."""
    documents = yaml.safe_load_all(path.read_text(encoding="utf-8"))
    found = {(one["apiVersion"], one["kind"]) for one in documents if isinstance(one, dict) and "apiVersion" in one}
    return {pair for pair in found if not pair[0].startswith(_NOT_KUBERNETES)}


Schema = dict[str, Any] | bool


def both(one: Schema, other: Schema) -> Schema:
    """Return the schema of what two schemas both take. Raises ValueError where no one schema tells it."""
    if one is False or other is False:
        return False
    made = {**one, **other}
    closed = [schema.get("additionalProperties") is False for schema in (one, other)]
    if closed[0] != closed[1] and "properties" in made:
        raise ValueError("one takes unknown fields, the other doesn't")
    for key in one.keys() & other.keys():
        a, b = one[key], other[key]
        if key == "properties":
            # Where unknown fields are refused, so is what one of them doesn't know.
            names = a.keys() & b.keys() if closed[0] else a.keys() | b.keys()
            made[key] = {name: both(a.get(name, {}), b.get(name, {})) for name in names}
        elif key == "required":
            made[key] = sorted({*a, *b})
        elif key == "type":
            made[key] = _types(a, b)
        elif a != b and isinstance(a, dict) and isinstance(b, dict):
            made[key] = both(a, b)
        elif a != b and not key.startswith("x-"):
            raise ValueError(f"{key} is {a}, and {b}")
    return made


def _types(one: str | list[str], other: str | list[str]) -> str | list[str]:
    """Return the types that both take."""
    lists = [[types] if isinstance(types, str) else types for types in (one, other)]
    common = [name for name in lists[0] if name in lists[1]]
    if not common:
        raise ValueError(f"type is {one}, and {other}")
    return common if len(common) > 1 else common[0]


def _parse(path: Path) -> list[objects.Object]:
    return objects.parse(path.read_bytes())


def _bundle(version: str, wanted: list[tuple[str, str]], additions: dict[str, Any]) -> dict[str, Any]:
    """Return what one version of Kubernetes says."""
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
    served = {name for definition in definitions.values() for name in _names(definition)}
    return {"$defs": kept, "kinds": kinds, "served": served}


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
