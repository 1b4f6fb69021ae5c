"""An object that the API server would refuse, or drop fields of.

What: an unknown field, a value of the wrong type or a missing field, for the oldest or the newest Kubernetes supported;
custom resources by their operator's own definition.
Why: a misspelt field is dropped in silence and its setting never works; a wrong type stops the sync of the whole app.

Bad:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      ports: [{port: http}]
      selectors: {app.kubernetes.io/name: web}

Good:

    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec:
      ports: [{port: 80}]
      selector: {app.kubernetes.io/name: web}

Fix: correct the spelling or the type. Numbers and true/false in `env` and ConfigMaps are text there: quote them.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .. import versions
from ..app import App
from ..objects import Object
from . import OBJECT, Problem

if TYPE_CHECKING:
    import jsonschema_rs

ID = "schema"
SCOPE = OBJECT
HINT = "correct the field's name or type as in the Kubernetes API reference"
COVERS = ("kube-linter:schema-validation",)

_SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield the faults that a schema finds, each once for all versions of Kubernetes."""
    seen = set()
    for validator in _validators(obj.api_version, obj.kind):
        for error in validator.iter_errors(obj.data):
            pointer = tuple(error.instance_path)
            if (pointer, error.message) not in seen:
                seen.add((pointer, error.message))
                yield Problem(error.message[:160], obj, pointer)


@cache
def _validators(api_version: str, kind: str) -> "list[jsonschema_rs.Validator]":
    """Return the compiled schemas of a kind, one for all versions of Kubernetes in which it is the same.

    There is none for a kind that the library never writes, which is another rule's.
    """
    import jsonschema_rs

    schemas: list[dict] = []
    for schema in _schemas(api_version, kind):
        if schema not in schemas:
            schemas.append(schema)
    return [jsonschema_rs.validator_for(schema) for schema in schemas]


def _schemas(api_version: str, kind: str) -> Iterator[dict]:
    group, _, name = api_version.rpartition("/")
    path = _SCHEMAS / "crds" / f"{kind}-{group}-{name}.json".lower()
    if group and "/" not in kind + group and path.is_file():
        yield json.loads(path.read_bytes())
        return
    key = f"{api_version} {kind}"
    for version in versions.KUBERNETES_SUPPORTED:
        bundle = _bundle(version)
        if schema := bundle["kinds"].get(key):
            # Compiling all definitions would take three times as long.
            yield {**schema, "$defs": {name: bundle["$defs"][name] for name in bundle["refers"][key]}}


@cache
def _bundle(version: str) -> dict:
    return json.loads((_SCHEMAS / "kubernetes" / f"{version}.json").read_bytes())
