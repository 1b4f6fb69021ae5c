"""A quota that is smaller than what it has to hold.

What: a ResourceQuota that allows less than the app's pods and claims need at once: all replicas, the pods that a
rollout adds, the Job migrate, each with all its containers; the runs of all CronJobs
that cron.jobs grants; every claim with its size; database instances.
Why: the first deploy works and the next one doesn't: the rollout waits for a pod that the quota refuses.

Bad:

    apiVersion: v1
    kind: ResourceQuota
    metadata:
      name: sizes
    spec:
      hard: {pods: "2"}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 2
      strategy: {rollingUpdate: {maxSurge: 1}}
      template:
        spec:
          containers: [{name: web}]

Good:

    apiVersion: v1
    kind: ResourceQuota
    metadata:
      name: sizes
    spec:
      hard: {pods: "3"}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      replicas: 2
      strategy: {rollingUpdate: {maxSurge: 1}}
      template:
        spec:
          containers: [{name: web}]

Fix: raise namespace.quota in sizing.yaml to at least what the message adds up to.
"""

from collections.abc import Iterator

from ...app import sums
from ...app.app import App
from ...kubernetes import quantity
from .. import Problem

ID = "quota"
HINT = "raise namespace.quota in sizing.yaml"


def check(app: App) -> Iterator[Problem]:
    """Yield each resource of a quota that is too small."""
    quotas = list(app.of_kind("ResourceQuota"))
    if not quotas:
        return
    needed, parts = sums.total(app)
    for obj in quotas:
        # A quota with a scope counts some of the pods only.
        if obj.get("spec", "scopes") or obj.get("spec", "scopeSelector"):
            continue
        for resource, value in obj.mapping("spec", "hard").items():
            hard, sum_ = quantity.parse(value), needed.get(resource)
            if hard is None or sum_ is None or sum_ <= hard:
                continue
            wanted = quantity.show(sum_, str(resource))
            message = (
                f"{resource} {value} is less than the {wanted} needed at once ({', '.join(parts[resource])[:200]})"
            )
            hint = f"write {resource}: {_quoted(wanted)} or more under namespace.quota in sizing.yaml"
            yield Problem(message, obj, ("spec", "hard", resource), hint=hint)


def _quoted(text: str) -> str:
    return f'"{text}"' if text.isdecimal() else text
