"""An app chooses its node, its priority or its runtime.

What: a nodeName or a system priority class, anywhere; and nodeSelector, nodeAffinity, tolerations, priorityClassName,
runtimeClassName, schedulerName or overhead that the customer's folder sets.
Why: a higher priority evicts other customers' pods, tolerations reach nodes kept for others, and a nodeName goes
past the scheduler and its sums.

Bad:

    # file: web.yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          priorityClassName: high
    # file: rendered
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          priorityClassName: high

Good:

    # file: platform/web.yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          nodeSelector: {disk: ssd}
    # file: rendered
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          nodeSelector: {disk: ssd}

Fix: delete the line, and tell the platform what the app needs of its node.
"""

from collections.abc import Iterator
from typing import Any

from ...app.app import App
from ...app.workloads import WORKLOADS
from ...finding import Advice
from ...render.objects import Object
from .. import Problem

ID = "scheduling"
KINDS = WORKLOADS
HINT = Advice("delete it", "another place for your pods", "delete it, or write it into a file of the platform")
_PLATFORM = (
    ("nodeSelector",),
    ("affinity", "nodeAffinity"),
    ("tolerations",),
    ("priorityClassName",),
    ("priority",),
    ("preemptionPolicy",),
    ("runtimeClassName",),
    ("schedulerName",),
    ("overhead",),
)
# How long a pod stays on a dead node, which base says: reaches no node that is kept for others.
_DEAD_NODE = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each choice of a node that isn't the platform's."""
    pod = obj.pod_pointer or ()
    if obj.get(*pod, "nodeName"):
        yield Problem("nodeName goes past the scheduler", obj, (*pod, "nodeName"))
    priority = obj.get(*pod, "priorityClassName")
    if isinstance(priority, str) and priority.startswith("system-"):
        yield Problem(f"{priority} is for the cluster's own pods", obj, (*pod, "priorityClassName"))
        return
    for field in _PLATFORM:
        pointer = (*pod, *field)
        value = obj.get(*pointer)
        if field == ("tolerations",) and isinstance(value, list):
            value = [one for one in value if not _of_dead_node(one)]
        if value and app.place(obj, pointer).path.startswith(f"{app.customer.path}/"):
            yield Problem(f"the app chooses its {field[-1]}", obj, pointer)


def _of_dead_node(toleration: Any) -> bool:
    return (
        isinstance(toleration, dict)
        and toleration.get("key") in _DEAD_NODE
        and isinstance(toleration.get("tolerationSeconds"), int)
    )
