"""A ConfigMap, or a key of one, that the app doesn't have.

What: variables, envFrom and files that name a ConfigMap which isn't rendered, or a key that it doesn't hold;
`optional: true` is left alone.
Why: the pod stays in CreateContainerConfigError or ContainerCreating, and the release never comes up.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              env: [{name: THEME, valueFrom: {configMapKeyRef: {name: settings, key: theme}}}]

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              env: [{name: THEME, valueFrom: {configMapKeyRef: {name: settings-7hf8t2m4kb, key: theme}}}]
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: settings-7hf8t2m4kb
    data: {theme: dark}

Fix: add it to configMapGenerator under this name (kustomize adds the hash), or correct the name or key.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from .. import Problem

ID = "config-map-exists"
HINT = "add it to configMapGenerator under this name, or correct the name"
COVERS = ("kube-linter:env-value-from",)

# In every namespace, by Kubernetes itself.
_ALWAYS = {"kube-root-ca.crt": {"ca.crt"}}


def check(app: App) -> Iterator[Problem]:
    """Yield each missing ConfigMap or key once, at the first place that names it."""
    there: dict[str, set[str]] = {name: set(keys) for name, keys in _ALWAYS.items()}
    for obj in app.of_kind("ConfigMap"):
        there[obj.name] = {str(key) for key in {**obj.mapping("data"), **obj.mapping("binaryData")}}
    reported: set[tuple[str, str]] = set()
    for reference in workloads.config_map_references(app):
        keys = there.get(reference.name)
        if keys is not None and (not reference.key or reference.key in keys):
            continue
        what = (reference.name, reference.key if keys is not None else "")
        if what in reported:
            continue
        reported.add(what)
        if keys is None:
            message = f"there is no ConfigMap {reference.name[:80]} in this app"
            yield Problem(message, reference.obj, reference.pointer)
        else:
            message = (
                f"ConfigMap {app.hashed_names.get(reference.name, reference.name)} has no key {reference.key[:80]}"
            )
            hint = f"write one of its keys: {', '.join(sorted(keys)[:8])[:200] or 'it has none'}"
            yield Problem(message, reference.obj, reference.pointer, hint=hint)
