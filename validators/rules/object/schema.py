"""An object that the API server would refuse, or drop fields of.

What: an unknown field, a value of the wrong type, out of range or not one of those that there are, fields that exclude
each other, or a missing field, for the oldest or the newest Kubernetes supported; custom resources by their operator's
own definition. In the library's repository validators/kubernetes/schemas/kubernetes.yaml is the list of what is checked
beyond the published schemas.
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

from collections.abc import Iterator

from ...app.app import App
from ...kubernetes import schema
from ...render.objects import Object
from .. import Problem

ID = "schema"
HINT = "correct the field's name or type as in the Kubernetes API reference"
COVERS = ("kube-linter:schema-validation",)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield the faults that the schema finds, each once."""
    validator = schema.validator(obj.api_version, obj.kind)
    seen = set()
    for error in validator.iter_errors(obj.data) if validator else ():
        pointer, message = tuple(error.instance_path), schema.message(error)
        if (pointer, message) not in seen:
            seen.add((pointer, message))
            likely = schema.likely(error)
            yield Problem(message[:160], obj, pointer, hint=f"did you mean {likely}?" if likely else "")
