"""An object that ArgoCD's project doesn't allow this customer.

What: rendered objects whose kind isn't in the lists of argocd/customer/app-project.yaml in the platform's folder,
and objects without a namespace whose name isn't among the customer's.
Why: ArgoCD refuses the whole sync: nothing of the app is deployed any more, and what ran before goes on.

Bad:

    # file: project/app-project.yaml
    metadata: {name: customer}
    spec:
      namespaceResourceWhitelist: [{group: "", kind: ConfigMap}]
    # file: rendered
    apiVersion: cert-manager.io/v1
    kind: Issuer
    metadata: {name: letsencrypt, namespace: example-app}

Good:

    # file: project/app-project.yaml
    metadata: {name: customer}
    spec:
      namespaceResourceWhitelist: [{group: cert-manager.io, kind: Issuer}]
    # file: rendered
    apiVersion: cert-manager.io/v1
    kind: Issuer
    metadata: {name: letsencrypt, namespace: example-app}

Fix: delete the object, or allow its kind to all customers: a line in app-project.yaml.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

from ...app.app import App
from ...render.objects import Object
from ...sources import values
from .. import Problem

ID = "project-kind"
HINT = "delete the object, or allow its kind in app-project.yaml"
_NAMESPACED, _CLUSTER = "namespaceResourceWhitelist", "clusterResourceWhitelist"
_MAGIC = re.compile(r"[*?[]")


def check(app: App) -> Iterator[Problem]:
    """Yield objects that the project doesn't allow; none where the project isn't at hand."""
    file = app.zones.project_file
    value = app.library.document(file).value
    spec = values.mapping(value, "spec")
    stands_for = str(values.mapping(value, "metadata").get("name"))
    customer = app.name.partition("/")[0]
    rows = {key: values.mappings(spec, key) for key in (_NAMESPACED, _CLUSTER)}
    for obj in app.objects if spec else ():
        key = _NAMESPACED if obj.namespace else _CLUSTER
        if key not in spec and obj.namespace:
            continue  # without a list ArgoCD allows every kind that has a namespace
        group = obj.api_version.rpartition("/")[0]
        if not any(_allows(row, group, obj, (stands_for, customer)) for row in rows[key]):
            message = (
                f"ArgoCD would refuse {obj.kind}/{obj.name} and with it the whole sync: its project doesn't allow it"
            )
            hint = f"delete it, or add - {{group: {group or chr(34) * 2}, kind: {obj.kind}}} to {key} in {file}"
            yield Problem(message, obj, ("kind",), hint=hint)


def _allows(row: dict, group: str, obj: Object, named: tuple[str, str]) -> bool:
    """Whether a row of the project allows an object; `named`: what stands for the customer there, and the customer."""
    if not (_fits(obj.kind, row.get("kind")) and _fits(group, row.get("group"))):
        return False
    name = str(row.get("name", "*"))
    if name.startswith(named[0]):
        name = named[1] + name.removeprefix(named[0])
    return _fits(obj.name, name)


def _fits(text: str, pattern: object) -> bool:
    # Most are plain words or *: fnmatch takes its time.
    if pattern in ("*", text):
        return True
    return bool(_MAGIC.search(str(pattern))) and fnmatchcase(text, str(pattern))
