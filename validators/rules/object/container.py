"""A pod that the API server refuses for its containers.

What: no containers, two with one name, names that aren't lower-case labels, no image, restart policies and rollout
strategies that don't fit the kind, hooks of an init container, negative numbers, a grace period of 0, a deadline for a
rollout that is over before its first pod counts as available.
Why: the API server refuses the object. A patch that names a container which isn't there creates one without an image.

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
              image: registry.example.com/shop:1.0
            - name: wbe
              env: []

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
              image: registry.example.com/shop:1.0
              env: []

Fix: write the container's name as it is in the base: web, init, async or scheduler.
"""

from collections.abc import Iterator

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...kubernetes import naming
from ...render.objects import Object
from .. import Problem

ID = "container"
KINDS = WORKLOADS
HINT = "write the container's name as it is in the base: web, init, async or scheduler"

_RESTART = {"Job": ("Never", "OnFailure"), "CronJob": ("Never", "OnFailure"), "Pod": ("Always", "Never", "OnFailure")}
_NOT_NEGATIVE = (
    ("spec", "replicas"),
    ("spec", "minReadySeconds"),
    ("spec", "revisionHistoryLimit"),
    ("spec", "progressDeadlineSeconds"),
    ("spec", "backoffLimit"),
    ("spec", "parallelism"),
    ("spec", "completions"),
    ("spec", "activeDeadlineSeconds"),
    ("spec", "ttlSecondsAfterFinished"),
)


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield what is wrong with the containers and the few fields of a workload that depend on its kind."""
    if not any(container.pointer[-2] == "containers" for container in obj.containers()):
        yield Problem("the pod has no containers", obj, obj.pod_pointer)
    names: set[str] = set()
    for container in obj.containers():
        name = container.data.get("name")
        if wrong := naming.dns_label(name):
            yield Problem(f"the name {str(name)[:80]!r} of a container {wrong}", obj, (*container.pointer, "name"))
        elif name in names:
            yield Problem(f"there are two containers named {name}", obj, (*container.pointer, "name"))
        names.add(container.name)
        if not container.data.get("image"):
            message = f"container {container.name[:80]} has no image: is the name right?"
            yield Problem(message, obj, container.pointer)
        once = container.pointer[-2] == "initContainers" and container.data.get("restartPolicy") != "Always"
        if once and container.data.get("lifecycle"):
            message = f"the init container {container.name[:80]} has a lifecycle"
            yield Problem(message, obj, (*container.pointer, "lifecycle"), hint="delete it")
    yield from _workload(obj)


def _workload(obj: Object) -> Iterator[Problem]:
    policy, allowed = obj.pod.get("restartPolicy", "Always"), _RESTART.get(obj.kind, ("Always",))
    if policy not in allowed:
        at = (*obj.pod_pointer, "restartPolicy")
        yield Problem(f"restartPolicy {str(policy)[:40]} in a {obj.kind}", obj, at, hint=f"write {allowed[0]}")
    for pointer in _NOT_NEGATIVE:
        value = obj.get(*pointer)
        if isinstance(value, int) and value < 0:
            yield Problem(f"{pointer[-1]} is {value}", obj, pointer, hint="write 0 or more")
    grace = obj.pod.get("terminationGracePeriodSeconds", 30)
    if isinstance(grace, int) and grace < 1:
        at = (*obj.pod_pointer, "terminationGracePeriodSeconds")
        message = f"terminationGracePeriodSeconds is {grace}: the processes are killed at once"
        yield Problem(message, obj, at, hint="write the seconds that requests and tasks need to end")
    yield from _strategy(obj)


def _strategy(obj: Object) -> Iterator[Problem]:
    if obj.kind != "Deployment":
        return
    deadline, least = obj.get("spec", "progressDeadlineSeconds"), obj.get("spec", "minReadySeconds", default=0)
    if isinstance(deadline, int) and isinstance(least, int) and 0 <= deadline <= least:
        message = f"progressDeadlineSeconds {deadline} isn't more than minReadySeconds {least}"
        yield Problem(message, obj, ("spec", "progressDeadlineSeconds"), hint="write 600")
    strategy = obj.mapping("spec", "strategy")
    rolling = strategy.get("rollingUpdate")
    at = ("spec", "strategy", "rollingUpdate")
    if strategy.get("type") == "Recreate" and rolling:
        yield Problem("the strategy Recreate still has a rollingUpdate", obj, at, hint="write rollingUpdate: null")
    elif isinstance(rolling, dict) and _none(rolling.get("maxSurge")) and _none(rolling.get("maxUnavailable")):
        hint = "write 1 for one of them"
        yield Problem("maxSurge and maxUnavailable are both 0: nothing could be rolled out", obj, at, hint=hint)


def _none(value: object) -> bool:
    return value is not None and value is not False and str(value) in ("0", "0%")
