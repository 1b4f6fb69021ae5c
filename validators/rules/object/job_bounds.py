"""A Job that may run, or fail, for ever.

What: a Job or CronJob without activeDeadlineSeconds (at most six hours) or backoffLimit (at most 6), and a CronJob that
may run twice at a time or has no startingDeadlineSeconds.
Why: a migration that hangs holds up every release after it; one that fails is tried for hours before ArgoCD says so.

Bad:

    apiVersion: batch/v1
    kind: Job
    metadata: {name: migrate}
    spec:
      backoffLimit: 100

Good:

    apiVersion: batch/v1
    kind: Job
    metadata: {name: migrate}
    spec:
      backoffLimit: 2
      activeDeadlineSeconds: 1800

Fix: take the longest run that is still right as the deadline, and 2 as the limit.
"""

from collections.abc import Iterator

from ...app.app import App
from ...render.objects import Object
from ...sources.loader import Pointer
from .. import Problem

ID = "job-bounds"
KINDS = ("Job", "CronJob")
HINT = "write activeDeadlineSeconds: 1800 and backoffLimit: 2"
COVERS = ("kube-score:cronjob-has-deadline",)
_LONGEST = {"activeDeadlineSeconds": 6 * 60 * 60, "backoffLimit": 6}


def check(obj: Object, app: App) -> Iterator[Problem]:
    """Yield a problem for each bound that is missing or no bound."""
    if obj.kind == "CronJob":
        yield from _schedule(obj)
    spec: Pointer = ("spec", "jobTemplate", "spec") if obj.kind == "CronJob" else ("spec",)
    for field, most in _LONGEST.items():
        value = obj.get(*spec, field)
        if value is None:
            yield Problem(f"has no {field}", obj, (*spec, field))
        elif not isinstance(value, int) or value > most:
            yield Problem(f"{field} {value} is above {most}", obj, (*spec, field))


def _schedule(obj: Object) -> Iterator[Problem]:
    if obj.get("spec", "concurrencyPolicy") not in ("Forbid", "Replace"):
        pointer = ("spec", "concurrencyPolicy")
        yield Problem("runs again while the last run goes on", obj, pointer, hint="write concurrencyPolicy: Forbid")
    if obj.get("spec", "startingDeadlineSeconds") is None:
        pointer = ("spec", "startingDeadlineSeconds")
        yield Problem("has no startingDeadlineSeconds", obj, pointer, hint="write startingDeadlineSeconds: 600")
