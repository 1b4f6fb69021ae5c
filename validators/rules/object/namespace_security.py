"""A namespace lets any pod in.

What: a Namespace whose `pod-security.kubernetes.io/enforce` label isn't `restricted`, and audit or warn labels that say
less.
Why: the label makes the API server itself refuse pods that are root or reach into the node, whoever creates them.

Bad:

    apiVersion: v1
    kind: Namespace
    metadata:
      name: example-app
      labels: {pod-security.kubernetes.io/enforce: baseline}

Good:

    apiVersion: v1
    kind: Namespace
    metadata:
      name: example-app
      labels: {pod-security.kubernetes.io/enforce: restricted}

Fix: keep the labels of the component `tenant`. What needs more gets a namespace of its own and nothing else in it.
"""

from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "namespace-security"
KINDS = ("Namespace",)
HINT = "write pod-security.kubernetes.io/enforce: restricted"
COVERS = ("kubescape:C-0068", "kubescape:C-0192")
_LABEL = "pod-security.kubernetes.io/"


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for the first label that says less than restricted."""
    for mode, default in (("enforce", "nothing"), ("audit", "restricted"), ("warn", "restricted")):
        pointer = ("metadata", "labels", f"{_LABEL}{mode}")
        level = obj.get(*pointer, default=default)
        if level != "restricted":
            yield Problem(f"the namespace's pod security {mode}s {level}", obj, pointer)
            return
