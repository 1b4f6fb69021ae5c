"""A size that isn't a quantity, or that contradicts another.

What: texts that aren't quantities (`1 GB`, `512MB`), negative ones, memory or storage in thousandths (`512m`), a
request that is larger than its limit, storage of 0, in containers, volumes, claims, quotas and limit ranges; a device
(`example.com/gpu`) whose request isn't its limit, or a part of one.
Why: the API server refuses it, or takes `512m` of memory for half a byte, and the pod never starts.

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
              resources:
                requests: {memory: 1Gi}
                limits: {memory: 512m}

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
              resources:
                requests: {cpu: 100m, memory: 512Mi}
                limits: {cpu: "1", memory: 1Gi}

Fix: write cpu as `500m` or `2`, memory and storage as `512Mi` or `10Gi`, and requests of at most the limits.
"""

import re
from collections.abc import Iterator
from typing import Any

from ...app import workloads
from ...app.app import App
from ...kubernetes import quantity
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "quantity"
HINT = "write cpu as 500m or 2, memory and storage as 512Mi or 10Gi"

_BYTES = ("memory", "storage")
_LEAST = 1 << 20
"""Bytes: less is a unit that was forgotten."""
_LIMIT_FIELDS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with the quantities of an object."""
    for container in obj.containers():
        yield from _resources(obj, (*container.pointer, "resources"))
    for _, volume in workloads.volumes(obj):
        yield from _one(obj, (*volume, "emptyDir", "sizeLimit"), obj.get(*volume, "emptyDir", "sizeLimit"))
    match obj.kind:
        case "PersistentVolumeClaim":
            yield from _resources(obj, ("spec", "resources"))
        case "Cluster":
            yield from _resources(obj, ("spec", "resources"))
            yield from _one(obj, ("spec", "storage", "size"), obj.get("spec", "storage", "size"))
        case "PersistentVolume":
            yield from _all(obj, ("spec", "capacity"))
        case "ResourceQuota":
            yield from _all(obj, ("spec", "hard"))
        case "LimitRange":
            for index in range(len(obj.sequence("spec", "limits"))):
                for field in _LIMIT_FIELDS:
                    yield from _all(obj, ("spec", "limits", index, field))


def _resources(obj: Object, pointer: Pointer) -> Iterator[Problem]:
    for field in ("requests", "limits"):
        yield from _all(obj, (*pointer, field))
    limits = obj.mapping(*pointer, "limits")
    for resource, value in obj.mapping(*pointer, "requests").items():
        request, limit = quantity.parse(value), quantity.parse(limits.get(resource))
        if request is not None and limit is not None and request > limit:
            message = f"{resource} asks for {value} and is limited to {limits[resource]}"
            yield Problem(message, obj, (*pointer, "requests", resource), hint="write a request of at most the limit")
        elif "/" in str(resource) and request is not None and (request != limit or request.denominator != 1):
            message = f"{resource} can't be shared: {value} is asked for, and the limit is {limits.get(resource)}"
            yield Problem(message, obj, (*pointer, "requests", resource), hint="write one whole number for both")


def _all(obj: Object, pointer: Pointer) -> Iterator[Problem]:
    for resource, value in obj.mapping(*pointer).items():
        yield from _one(obj, (*pointer, resource), value)


def _one(obj: Object, pointer: Pointer, value: Any) -> Iterator[Problem]:
    resource, number = str(pointer[-1]), quantity.parse(value)
    if value is None:
        return
    if number is None:
        yield Problem(f"{resource} {str(value)[:40]!r} isn't a quantity", obj, pointer)
    elif number < 0:
        yield Problem(f"{resource} {value} is negative", obj, pointer)
    elif resource.endswith((*_BYTES, "size")) and str(value).endswith(("m", "u", "n")):
        hint = f"write {str(value)[:-1]}Mi"
        yield Problem(f"{resource} {value} is a fraction of a byte", obj, pointer, hint=hint)
    elif number == 0 and resource in ("storage", "size") and obj.kind != "LimitRange":
        yield Problem("storage is 0", obj, pointer, hint="write 1Gi or more")
    elif 0 < number < _LEAST and resource.endswith((*_BYTES, "size")) and "maxLimitRequestRatio" not in pointer:
        digits = re.match(r"\d+", str(value))
        hint = f"write {digits[0]}Mi or {digits[0]}Gi" if digits else HINT
        yield Problem(f"{resource} {value} is less than a megabyte: it counts bytes", obj, pointer, hint=hint)
