"""A CronJob that Kubernetes refuses, that never runs, or that runs more than was agreed.

What: each CronJob's `schedule` has five fields that Kubernetes reads, or a name such as @daily, and comes some day; its
`timeZone` is one. Of the customer's own, `cron-NAME`, there are no more than `cron.jobs` of sizing.yaml, and none runs
more than `cron.timesAnHour`.
Why: the API server refuses the object, and ArgoCD's sync fails with it: crontabs that a VM takes, with 7 for Sunday or
@reboot, aren't all Kubernetes'. Pods that start each minute cost as much as one that always runs.

Bad:

    # file: rendered
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: cron-newsletter}
    spec: {schedule: "0 6 * * 7", timeZone: Europe/Zurich}

Good:

    # file: rendered
    apiVersion: batch/v1
    kind: CronJob
    metadata: {name: cron-newsletter}
    spec: {schedule: "0 6 * * 0", timeZone: Europe/Zurich}

Fix: write another schedule; ask the platform for more CronJobs, or for one that runs more often.
"""

from collections.abc import Iterator

from ...app.app import App
from ...finding import Advice
from ...kubernetes import schedule
from ...kubernetes.schedule import Schedule, ScheduleProblem
from ...render.objects import Object
from .. import Problem

ID = "cron-schedule"
HINT = 'write five fields in quotes, as "30 3 * * *"'
_AT = ("spec", "schedule")


def check(app: App) -> Iterator[Problem]:
    """Yield what is wrong with each CronJob's times, and CronJobs beyond those that were granted."""
    own = 0
    for obj in app.of_kind("CronJob"):
        text = obj.get("spec", "schedule")
        try:
            when = schedule.parse(text if isinstance(text, str) else "")
        except ScheduleProblem as problem:
            yield Problem(f"schedule {str(text)[:60]!r}: {problem}", obj, _AT)
            when = None
        yield from _zone(obj)
        if obj.name in app.cron_jobs:
            own += 1
            yield from _granted(app, obj, own, when)


def _zone(obj: Object) -> Iterator[Problem]:
    zone = obj.get("spec", "timeZone")
    if zone is not None and not (isinstance(zone, str) and schedule.known_zone(zone)):
        message, hint = f"there is no time zone {str(zone)[:60]!r}", "write one as Europe/Zurich, or Etc/UTC"
        yield Problem(message, obj, ("spec", "timeZone"), hint=hint)


def _granted(app: App, obj: Object, number: int, when: Schedule | None) -> Iterator[Problem]:
    jobs, often = app.size("cron.jobs"), app.size("cron.timesAnHour")
    if isinstance(jobs, int) and number == jobs + 1:
        hint = Advice(
            "delete one, or let one command do the work of two", "more CronJobs", "raise cron.jobs in sizing.yaml"
        )
        yield Problem(
            f"there are more than {jobs} CronJobs, which cron.jobs grants", obj, ("metadata", "name"), hint=hint
        )
    if when and isinstance(often, int) and len(when.minutes) > often:
        message = f"runs {len(when.minutes)} times an hour, and cron.timesAnHour grants {often}"
        write = f'write fewer minutes, as "*/{-(-60 // often)} * * * *"' if often else "delete it"
        hint = Advice(write, "a CronJob that runs more often", "raise cron.timesAnHour in sizing.yaml")
        yield Problem(message, obj, _AT, hint=hint)
