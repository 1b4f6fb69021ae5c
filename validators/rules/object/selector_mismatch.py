"""A workload whose selector doesn't select its own pods.

What: a Deployment, StatefulSet, DaemonSet or ReplicaSet without a selector, with an empty one, or with one that the
labels in its pod template don't satisfy.
Why: the API server refuses it. The selector can't be changed later either: the object has to be deleted and made
anew.

Bad:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels:
          app.kubernetes.io/name: web
      template:
        metadata:
          labels:
            app.kubernetes.io/name: website

Good:

    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      selector:
        matchLabels:
          app.kubernetes.io/name: web
      template:
        metadata:
          labels:
            app.kubernetes.io/name: web
            hosting.ungleich.ch/image: app

Fix: give the pod template every label of the selector.
"""

from collections.abc import Iterator

from ...app import workloads
from ...app.app import App
from ...render.objects import Object
from .. import Problem

ID = "selector-mismatch"
KINDS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet")
HINT = "write the same labels in spec.selector.matchLabels and spec.template.metadata.labels"
COVERS = (
    "kube-linter:mismatching-selector",
    "kube-score:deployment-pod-selector-labels-match-template-metadata-labels",
    "kube-score:statefulset-pod-selector-labels-match-template-metadata-labels",
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what keeps the selector from selecting the pods."""
    selector, labels = obj.get("spec", "selector"), workloads.pod_labels(obj)
    pointer = ("spec", "selector")
    if not isinstance(selector, dict) or not (selector.get("matchLabels") or selector.get("matchExpressions")):
        yield Problem("the selector is empty", obj, pointer)
    elif not workloads.matches(selector, labels):
        wanted = obj.mapping("spec", "selector", "matchLabels")
        missing = [f"{key}: {value}" for key, value in wanted.items() if labels.get(key) != value]
        shown = f"lack {', '.join(missing)[:200]!r}" if missing else "don't match it"
        yield Problem(f"the selector doesn't select the pods: their labels {shown}", obj, pointer)
