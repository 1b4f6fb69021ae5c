"""A label or annotation that the API server refuses.

What: keys that aren't `name` or `prefix/name`, values of labels with other characters than letters, digits, `-`, `_`
and `.` or more than 63 of them, in labels, selectors and annotations; annotations of more than 256 KiB.
Why: the API server refuses the whole object; a label in a pod template is refused only when the pod is made.

Bad:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app
      labels:
        team: web shop

Good:

    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: app
      labels:
        team: web-shop
      annotations:
        note: any text, for people

Fix: shorten it, and replace spaces and other characters by hyphens; put free text into an annotation.
"""

from collections.abc import Iterator

from ...app.app import App
from ...kubernetes import naming
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "label-syntax"
HINT = "write up to 63 letters, digits, hyphens, underscores and dots; free text goes into an annotation"
COVERS = ("kube-score:label-values",)

_SELECTORS: dict[str, Pointer] = {
    "Service": ("spec", "selector"),
    "NetworkPolicy": ("spec", "podSelector", "matchLabels"),
}


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with each label, selector and annotation of an object and of its pods."""
    parents: list[Pointer] = [("metadata",)]
    if obj.pod_pointer:
        parents.append((*obj.pod_pointer[:-1], "metadata"))
    for parent in parents:
        yield from _labels(obj, (*parent, "labels"))
        yield from _annotations(obj, (*parent, "annotations"))
    yield from _labels(obj, _SELECTORS.get(obj.kind, ("spec", "selector", "matchLabels")))


def _labels(obj: Object, pointer: Pointer) -> Iterator[Problem]:
    for key, value in obj.mapping(*pointer).items():
        if wrong := naming.qualified(key):
            yield Problem(f"the label {str(key)[:80]!r} {wrong}", obj, (*pointer, key))
        elif wrong := naming.label_value(value):
            yield Problem(f"the value {str(value)[:80]!r} of label {key} {wrong}", obj, (*pointer, key))


def _annotations(obj: Object, pointer: Pointer) -> Iterator[Problem]:
    size = 0
    for key, value in obj.mapping(*pointer).items():
        # The API server compares annotations' keys in lower case.
        if wrong := naming.qualified(key.lower() if isinstance(key, str) else key):
            yield Problem(f"the annotation {str(key)[:80]!r} {wrong}", obj, (*pointer, key))
        elif not isinstance(value, str):
            yield Problem(
                f"the value of annotation {key} isn't a text", obj, (*pointer, key), hint="put it into quotes"
            )
        size += len(f"{key}{value}".encode(errors="replace"))
    if size > naming.ANNOTATIONS_MAX:
        hint = "put long texts into a ConfigMap"
        yield Problem(f"the annotations have {size} bytes, 262144 are allowed", obj, pointer, hint=hint)
