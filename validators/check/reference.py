"""Hold what apps render to against kubernetes-validate, as `check --reference` does."""

import sys
from collections.abc import Iterable

from ..finding import Finding, count
from ..kubernetes import reference, versions
from ..sources.tree import Tree
from .load import load

RULE = "schema"
HINT = (
    "a fault of this library's schemas, not of the app: `make generate` makes them anew from kubernetes-validate, "
    "validators/kubernetes/schemas/kubernetes.yaml has what they add"
)


def findings(tree: Tree, names: Iterable[str]) -> list[Finding]:
    """Return a finding where rule `schema` and kubernetes-validate judge an object differently, and tell the figures on
    stderr. An app that isn't rendered has none: the check says why.

    Raises KustomizeError where kustomize is missing.
    """
    objects = [(app, obj) for app in load(tree, sorted(names)) for obj in app.objects]
    found: list[Finding] = []
    compared = 0
    for number, (app, obj) in enumerate(objects, 1):
        try:
            differences = reference.differences(obj.data)
        except reference.Unknown:
            continue
        compared += 1
        found += [
            Finding(app.place(obj, pointer), RULE, message, HINT, app=app.name, subject=repr(obj))
            for message, pointer in differences
        ]
        if sys.stderr.isatty():
            print(f"{number:,} of {len(objects):,} objects compared", end="\r", file=sys.stderr, flush=True)
    print(_figures(compared, len(objects), len(found)), file=sys.stderr)
    return found


def _figures(compared: int, objects: int, found: int) -> str:
    return (
        f"reference: {count(compared, 'object')} compared with kubernetes-validate {reference.VERSION} for Kubernetes "
        f"{' and '.join(versions.KUBERNETES_SUPPORTED)}, {count(found, 'difference')}; "
        f"{count(objects - compared, 'custom resource')} can't be: it has no schema of their kinds"
    )
